package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads where histories end: two steps in the store for each, however long it is. */
final class EntityEnds {
  private static final Logger LOG = LoggerFactory.getLogger(EntityEnds.class);

  private EntityEnds() {}

  /** The ends of these entities, in their order; of what is acknowledged. */
  static List<EntityEnd> read(EventLog log, Envelopes envelopes, List<String> persistenceIds)
      throws IOException {
    List<EntityEnd> ends = new ArrayList<>(persistenceIds.size());
    try (LogStore.Cursor cursor = log.cursor()) {
      for (String id : persistenceIds) {
        ends.add(read(log, cursor, envelopes, id));
      }
    }
    return ends;
  }

  private static EntityEnd read(
      EventLog log, LogStore.Cursor cursor, Envelopes envelopes, String id) throws IOException {
    byte[] end = JournalFormat.eventKey(id, Long.MAX_VALUE);
    LogStore.Entry entry = cursor.before(end);
    boolean found = entry != null && JournalFormat.sameEntity(entry.key(), end);
    long stored = found ? JournalFormat.sequenceNr(entry.key()) : 0;
    // Of this cursor, so they are asked after.
    JournalFormat.Deleted deleted = JournalReader.deleted(cursor, id);
    long shown = log.feed().lastShown(id);
    long highest = Math.min(Math.max(stored, deleted.highest()), shown);
    boolean isLast = found && stored == highest && stored > deleted.deletedTo();
    Optional<EventEnvelope> last = isLast ? envelope(log, envelopes, id, entry) : Optional.empty();
    return new EntityEnd(id, highest, deleted.deletedTo(), last);
  }

  private static Optional<EventEnvelope> envelope(
      EventLog log, Envelopes envelopes, String id, LogStore.Entry entry) {
    try {
      EventRecord event = JournalReader.decode(id, entry).event();
      List<EventEnvelope> made = envelopes.of(event, event.sequenceNr());
      return made.isEmpty() ? Optional.empty() : Optional.of(made.get(made.size() - 1));
    } catch (CorruptRecordException e) {
      log.noteCorrupt();
      LOG.error("{}; that entity will not recover", e.getMessage()); // the others are read on
      return Optional.empty();
    }
  }
}
