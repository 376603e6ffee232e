package dev.hearsay.persistence;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A batch in the making: what the changes of many entities put into the store, with the indexes
 * that follow from them. A change is added wholly or, with an exception, not at all. Used by the
 * writer alone.
 */
final class StagedBatch {
  private final Map<String, EntityHead> heads;
  private final JournalReader reader;
  private final long lastOrdinal;
  private final boolean unsynced;

  private final LogBatch log = new LogBatch();
  private final Map<String, EntityHead> changed = new HashMap<>();
  private final Map<String, Long> firstEvents = new HashMap<>();
  private final Set<String> tags = new HashSet<>();
  private boolean newEntities;
  private int events;
  private long ordinal;

  /**
   * An empty batch.
   *
   * @param heads where entities stand, as far as remembered; what is looked up is added
   * @param lastOrdinal the highest ordinal given out before
   * @param unsynced true if the batch is acknowledged without an fsync
   */
  StagedBatch(
      Map<String, EntityHead> heads, JournalReader reader, long lastOrdinal, boolean unsynced) {
    this.heads = heads;
    this.reader = reader;
    this.lastOrdinal = lastOrdinal;
    this.unsynced = unsynced;
    this.ordinal = lastOrdinal;
  }

  /**
   * Adds events of one entity.
   *
   * @throws JournalFailedException if one of them is stored already
   */
  void append(String id, List<GroupCommit.Append> appended) throws IOException {
    EntityHead head = head(id);
    checkNew(id, head, appended);
    long previous = head.highest();
    for (GroupCommit.Append event : appended) {
      boolean first = previous == 0;
      long number = first || !event.tags().isEmpty() ? ++ordinal : 0;
      JournalFormat.seal(event.key(), event.value(), previous, number);
      log.put(event.key(), event.value());
      if (first) {
        byte[] key = IndexFormat.entityKey(number);
        log.put(key, IndexFormat.encodeEntity(key, id));
        newEntities = true;
      }
      for (String tag : event.tags()) {
        byte[] key = IndexFormat.tagKey(tag, number);
        log.put(key, IndexFormat.encodePlace(key, id, event.sequenceNr()));
        tags.add(tag);
      }
      previous = event.sequenceNr();
    }
    if (!appended.isEmpty()) {
      firstEvents.putIfAbsent(id, appended.get(0).sequenceNr());
    }
    changed.put(id, new EntityHead(previous, head.deleted()));
    events += appended.size();
  }

  /** Notes that the entity's events up to {@code to} are deleted. */
  void delete(String id, long to) throws IOException {
    EntityHead head = head(id);
    long upTo = Math.min(to, head.highest());
    if (upTo > head.deleted().deletedTo()) {
      putDeleted(
          id, head, new JournalFormat.Deleted(upTo, head.highest(), head.deleted().purgedTo()));
    }
  }

  /** Removes keys of deleted events, and notes how far that has come. */
  void purge(String id, List<byte[]> keys, long purgedTo) throws IOException {
    EntityHead head = head(id);
    JournalFormat.Deleted deleted = head.deleted();
    keys.forEach(log::delete);
    putDeleted(
        id, head, new JournalFormat.Deleted(deleted.deletedTo(), deleted.highest(), purgedTo));
  }

  /** What is to be written; nothing can be added after. */
  LogBatch finish() {
    if (ordinal > lastOrdinal) {
      log.put(
          IndexFormat.highestKey(), IndexFormat.encode(new IndexFormat.Highest(ordinal, unsynced)));
    }
    return log;
  }

  /** Bytes of what was added. */
  long bytes() {
    return log.bytes();
  }

  /** Events added. */
  int events() {
    return events;
  }

  /** Where the entities of the batch stand after it. */
  Map<String, EntityHead> changed() {
    return changed;
  }

  /** The first event in the batch of each entity that has any. */
  Map<String, Long> firstEvents() {
    return firstEvents;
  }

  /** Tags of the events in the batch. */
  Set<String> tags() {
    return tags;
  }

  /** True if the batch has the first event of an entity. */
  boolean hasNewEntities() {
    return newEntities;
  }

  /** The highest ordinal given out, in the batch or before it. */
  long ordinal() {
    return ordinal;
  }

  private static void checkNew(String id, EntityHead head, List<GroupCommit.Append> appended) {
    long last = head.highest();
    for (GroupCommit.Append event : appended) {
      if (event.sequenceNr() <= last) {
        throw new JournalFailedException(
            "event "
                + event.sequenceNr()
                + " of entity \""
                + id
                + "\" was not stored: event "
                + last
                + " is already there, written by another instance of the entity",
            true,
            null);
      }
      last = event.sequenceNr();
    }
  }

  private void putDeleted(String id, EntityHead head, JournalFormat.Deleted deleted) {
    byte[] key = JournalFormat.deletedKey(id);
    log.put(key, JournalFormat.encode(key, deleted));
    changed.put(id, new EntityHead(head.last(), deleted));
  }

  private EntityHead head(String id) throws IOException {
    EntityHead staged = changed.get(id);
    if (staged != null) {
      return staged;
    }
    EntityHead known = heads.get(id);
    if (known == null) {
      known = reader.head(id);
      heads.put(id, known);
    }
    return known;
  }
}
