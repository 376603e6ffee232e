package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads histories from the store. Thread-safe. */
final class JournalReader {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

  private final LogStore store;

  JournalReader(LogStore store) {
    this.store = store;
  }

  /** Where the entity's history stands now. */
  EntityHead head(String persistenceId) throws IOException {
    try (LogStore.Cursor cursor = store.cursor()) {
      return head(cursor, persistenceId);
    }
  }

  /**
   * Hands out the entity's events from {@code from} to {@code to}, both included, in order and at
   * most {@code max}; deleted ones are left out.
   *
   * @throws CorruptRecordException at the first event that is damaged or missing
   */
  void replay(String persistenceId, long from, long to, long max, Consumer<EventRecord> receiver)
      throws IOException {
    if (max < 1) {
      return;
    }
    try (LogStore.Cursor cursor = store.cursor()) {
      long[] count = new long[1];
      replay(
          cursor,
          persistenceId,
          from,
          to,
          event -> {
            receiver.accept(event);
            return ++count[0] < max;
          });
    }
  }

  /**
   * Hands out events as {@link #replay(String, long, long, long, Consumer)} does, from a cursor,
   * until the receiver says false.
   */
  static void replay(
      LogStore.Cursor cursor,
      String persistenceId,
      long from,
      long to,
      Predicate<EventRecord> receiver)
      throws IOException {
    // From the same cursor as the events: a deletion meanwhile is seen wholly or not at all.
    long first = Math.max(from, deleted(cursor, persistenceId).deletedTo() + 1);
    byte[] key = JournalFormat.eventKey(persistenceId, first);
    long last = 0;
    boolean more = true;
    LogStore.Entry entry = cursor.seek(key);
    while (more
        && entry != null
        && JournalFormat.sameEntity(entry.key(), key)
        && JournalFormat.sequenceNr(entry.key()) <= to) {
      JournalFormat.Stored stored = decode(persistenceId, entry);
      checkPrevious(stored, first, last);
      more = receiver.test(stored.event());
      last = stored.event().sequenceNr();
      entry = more ? cursor.next() : null;
    }
  }

  /** The entities that have deleted events still in the store. */
  List<String> unpurged() throws IOException {
    List<String> ids = new ArrayList<>();
    deletions(
        (id, deleted) -> {
          if (deleted.purgedTo() < deleted.deletedTo()) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** Hands out what is deleted of each entity that has had events deleted. */
  void deletions(BiConsumer<String, JournalFormat.Deleted> receiver) throws IOException {
    try (LogStore.Cursor cursor = store.cursor()) {
      LogStore.Entry entry = cursor.seek(JournalFormat.firstDeletedKey());
      while (entry != null && JournalFormat.isDeletedKey(entry.key())) {
        String id = JournalFormat.deletedKeyId(entry.key());
        try {
          receiver.accept(id, decodeDeleted(id, entry.key(), entry.value()));
        } catch (CorruptRecordException e) {
          LOG.error("{}; that entity will not recover", e.getMessage()); // the others do
        }
        entry = cursor.next();
      }
    }
  }

  /** The next of the entity's events to remove, after {@code from} and up to {@code to}. */
  Removal removal(String persistenceId, long from, long to) throws IOException {
    Removal removal = new Removal(to);
    byte[] key = JournalFormat.eventKey(persistenceId, from + 1);
    try (LogStore.Cursor cursor = store.cursor()) {
      LogStore.Entry entry = cursor.seek(key);
      while (!removal.isFull()
          && entry != null
          && JournalFormat.sameEntity(entry.key(), key)
          && JournalFormat.sequenceNr(entry.key()) <= to) {
        removal.addEvent(entry.key());
        if (JournalFormat.isTagged(entry.value())) {
          addTags(persistenceId, entry, removal);
        }
        entry = cursor.next();
      }
    }
    return removal;
  }

  private static void addTags(String persistenceId, LogStore.Entry entry, Removal removal) {
    try {
      JournalFormat.Stored stored = decode(persistenceId, entry);
      stored.event().tags().forEach(tag -> removal.addTag(tag, stored.ordinal()));
    } catch (CorruptRecordException e) {
      // Nobody reads it again, and what an index has of a deleted event is passed over.
      LOG.warn("{}; it is deleted, and removed without its places under its tags", e.getMessage());
    }
  }

  /** Where the entity stands, of a cursor. */
  static EntityHead head(LogStore.Cursor cursor, String persistenceId) throws IOException {
    JournalFormat.Deleted deleted = deleted(cursor, persistenceId);
    byte[] end = JournalFormat.eventKey(persistenceId, Long.MAX_VALUE);
    LogStore.Entry last = cursor.before(end);
    boolean found = last != null && JournalFormat.sameEntity(last.key(), end);
    return new EntityHead(found ? JournalFormat.sequenceNr(last.key()) : 0, deleted);
  }

  /** What was deleted of the entity, of a cursor. */
  static JournalFormat.Deleted deleted(LogStore.Cursor cursor, String persistenceId)
      throws IOException {
    byte[] key = JournalFormat.deletedKey(persistenceId);
    LogStore.Entry entry = cursor.seek(key);
    if (entry == null || !java.util.Arrays.equals(entry.key(), key)) {
      return JournalFormat.Deleted.NOTHING;
    }
    return decodeDeleted(persistenceId, key, entry.value());
  }

  private static JournalFormat.Deleted decodeDeleted(
      String persistenceId, byte[] key, byte[] value) {
    try {
      return JournalFormat.decodeDeleted(key, value);
    } catch (JournalFormat.MalformedException e) {
      throw new CorruptRecordException(
          persistenceId, 0, "(the record of what was deleted) " + e.getMessage());
    }
  }

  /**
   * The event of an entry.
   *
   * @throws CorruptRecordException if it is damaged
   */
  static JournalFormat.Stored decode(String persistenceId, LogStore.Entry entry) {
    try {
      return JournalFormat.decode(persistenceId, entry.key(), entry.value());
    } catch (JournalFormat.MalformedException e) {
      throw new CorruptRecordException(
          persistenceId, JournalFormat.sequenceNr(entry.key()), e.getMessage());
    }
  }

  /** Each event names the one before it, so that a hole cannot pass for the end of a deletion. */
  private static void checkPrevious(JournalFormat.Stored stored, long first, long last) {
    boolean fits = last == 0 ? stored.previous() < first : stored.previous() == last;
    if (!fits) {
      throw new CorruptRecordException(
          stored.event().persistenceId(),
          stored.previous(),
          "is missing: event " + stored.event().sequenceNr() + " follows it");
    }
  }
}
