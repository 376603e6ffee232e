package dev.hearsay.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A journal without Pekko around it, whose events tell what they should be. */
final class RawJournal implements AutoCloseable {
  /** What every third event of an entity is tagged with. */
  private static final String TAG = "third";

  private final EventLog log;

  private RawJournal(EventLog log) {
    this.log = log;
  }

  /** With a small write buffer, so that tables are written and compacted all the time. */
  static RawJournal open(Path directory, Durability durability, LogStore.Opener opener) {
    JournalSettings settings =
        new JournalSettings(directory, 0, 1 << 20, 4, 100, 64 << 10, 1 << 20, durability);
    return open(settings, opener);
  }

  static RawJournal open(JournalSettings settings, LogStore.Opener opener) {
    return new RawJournal(EventLog.open(settings, opener, null, new PersistenceMetrics()));
  }

  /** Returns when the events are acknowledged, all or none. */
  void append(String id, long first, int count) {
    List<GroupCommit.Append> events = new ArrayList<>();
    for (long nr = first; nr < first + count; nr++) {
      List<String> tags = nr % 3 == 0 ? List.of(TAG) : List.of();
      EventRecord event =
          new EventRecord(id, nr, "", "", 0, tags, new SerializedValue(1, "", bytes(nr)), null);
      events.add(
          new GroupCommit.Append(
              JournalFormat.eventKey(id, nr), JournalFormat.encode(event), nr, tags));
    }
    var stored = log.append(id, events).toCompletableFuture();
    log.flush();
    stored.join();
  }

  void delete(String id, long to) {
    log.deleteTo(id, to).toCompletableFuture().join();
  }

  /** The sequence numbers that a recovery hands out. */
  List<Long> recover(String id) throws Exception {
    List<Long> found = new ArrayList<>();
    log.replay(
        id,
        1,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        event -> {
          if (!Arrays.equals(bytes(event.sequenceNr()), event.payload().bytes())) {
            throw new AssertionError("event " + event.sequenceNr() + " of " + id + " is another");
          }
          found.add(event.sequenceNr());
        });
    return found;
  }

  /**
   * Checks that the indexes have every event with a tag and every entity, once, and nothing else
   * but events that are deleted.
   */
  void checkIndexes(List<String> ids) throws Exception {
    Set<IndexFormat.Place> expected = new HashSet<>();
    Set<String> entities = new HashSet<>();
    try (LogStore.Cursor cursor = log.cursor()) {
      for (String id : ids) {
        if (JournalReader.head(cursor, id).highest() > 0) {
          entities.add(id);
        }
        JournalReader.replay(
            cursor,
            id,
            1,
            Long.MAX_VALUE,
            event -> {
              if (!event.tags().isEmpty()) {
                expected.add(new IndexFormat.Place(id, event.sequenceNr()));
              }
              return true;
            });
      }
      byte[] first = IndexFormat.tagKey(TAG, 0);
      LogStore.Entry entry = cursor.seek(first);
      List<LogStore.Entry> places = new ArrayList<>();
      while (entry != null && IndexFormat.sameIndex(entry.key(), first)) {
        places.add(entry);
        entry = cursor.next();
      }
      for (LogStore.Entry place : places) {
        check(cursor, place, expected);
      }
      first = IndexFormat.entityKey(0);
      entry = cursor.seek(first);
      while (entry != null && IndexFormat.sameIndex(entry.key(), first)) {
        String id = IndexFormat.decodeEntity(entry.key(), entry.value());
        checkOrdinal(entry.key());
        if (!entities.remove(id)) {
          throw new AssertionError("entity " + id + " is there twice, or has no events");
        }
        entry = cursor.next();
      }
    }
    if (!expected.isEmpty() || !entities.isEmpty()) {
      throw new AssertionError("not in the indexes: " + expected + entities);
    }
  }

  private void check(LogStore.Cursor cursor, LogStore.Entry entry, Set<IndexFormat.Place> expected)
      throws Exception {
    IndexFormat.Place place = IndexFormat.decodePlace(entry.key(), entry.value());
    checkOrdinal(entry.key());
    String id = place.persistenceId();
    if (place.sequenceNr() <= JournalReader.deleted(cursor, id).deletedTo()) {
      return;
    }
    if (!expected.remove(place)) {
      throw new AssertionError(place + " is there twice, or has no event");
    }
    byte[] key = JournalFormat.eventKey(id, place.sequenceNr());
    LogStore.Entry event = cursor.seek(key);
    if (event == null
        || JournalReader.decode(id, event).ordinal() != IndexFormat.ordinal(entry.key())) {
      throw new AssertionError(place + " has another ordinal than its event");
    }
  }

  private void checkOrdinal(byte[] key) {
    if (IndexFormat.ordinal(key) > log.feed().ordinal()) {
      throw new AssertionError("an ordinal could be given out again: " + IndexFormat.ordinal(key));
    }
  }

  long highest(String id) throws Exception {
    return log.highestSequenceNr(id);
  }

  /** Of varying length, some longer than a block of LevelDB's log, and never zero at the end. */
  private static byte[] bytes(long nr) {
    byte[] bytes = new byte[(int) (1 + nr * 7919 % (nr % 50 == 0 ? 40_009 : 997))];
    Arrays.fill(bytes, (byte) (1 + nr % 120));
    return bytes;
  }

  @Override
  public void close() {
    log.close();
  }
}
