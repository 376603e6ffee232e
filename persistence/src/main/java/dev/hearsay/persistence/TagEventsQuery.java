package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.jspecify.annotations.Nullable;

/** The events that have a tag, in the order of their commits; their ordinals are their offsets. */
final class TagEventsQuery implements Query<EventEnvelope> {
  private final EventLog log;
  private final Envelopes envelopes;
  private final Limits limits;
  private final String tag;
  private final boolean live;
  private final OrdinalScan scan;

  /** Of everything behind an ordinal. */
  TagEventsQuery(
      EventLog log, Envelopes envelopes, Limits limits, String tag, long after, boolean live) {
    this.log = log;
    this.envelopes = envelopes;
    this.limits = limits;
    this.tag = tag;
    this.live = live;
    this.scan = new OrdinalScan(log.feed(), after, live);
  }

  @Override
  public Batch<EventEnvelope> next() throws IOException {
    scan.look();
    List<EventEnvelope> items = new ArrayList<>();
    boolean end;
    try (LogStore.Cursor cursor = log.cursor()) {
      List<LogStore.Entry> entries =
          scan.entries(cursor, IndexFormat.tagKey(tag, scan.next()), limits.events());
      end = entries.size() < limits.events();
      Filling filling = new Filling(limits);
      Map<String, Long> deletedTo = new HashMap<>();
      for (LogStore.Entry entry : entries) {
        if (filling.isFull()) {
          end = false;
          break;
        }
        long ordinal = IndexFormat.ordinal(entry.key());
        EventRecord event = find(cursor, entry, ordinal, deletedTo);
        if (event != null) {
          items.addAll(envelopes.of(event, ordinal));
          filling.takes(event);
        }
        scan.taken(ordinal);
      }
    }
    if (end) {
      scan.takenAll();
    }
    return new Batch<>(items, end, end && scan.isComplete());
  }

  /** The event at a place of the index, or null if it is deleted. */
  private @Nullable EventRecord find(
      LogStore.Cursor cursor, LogStore.Entry indexed, long ordinal, Map<String, Long> deletedTo)
      throws IOException {
    IndexFormat.Place place = place(indexed);
    String id = place.persistenceId();
    Long deleted = deletedTo.get(id);
    if (deleted == null) {
      deleted = JournalReader.deleted(cursor, id).deletedTo();
      deletedTo.put(id, deleted);
    }
    if (place.sequenceNr() <= deleted) {
      return null;
    }
    byte[] key = JournalFormat.eventKey(id, place.sequenceNr());
    LogStore.Entry entry = cursor.seek(key);
    if (entry == null || !Arrays.equals(entry.key(), key)) {
      throw new CorruptRecordException(
          id, place.sequenceNr(), "is missing: it has a place under tag \"" + tag + "\"");
    }
    JournalFormat.Stored stored = JournalReader.decode(id, entry);
    if (stored.ordinal() != ordinal || !stored.event().tags().contains(tag)) {
      throw new CorruptRecordException(
          id, place.sequenceNr(), "is not the one that has its place under tag \"" + tag + "\"");
    }
    return stored.event();
  }

  private IndexFormat.Place place(LogStore.Entry indexed) throws IOException {
    try {
      return IndexFormat.decodePlace(indexed.key(), indexed.value());
    } catch (JournalFormat.MalformedException e) {
      throw new IOException(
          "place "
              + IndexFormat.ordinal(indexed.key())
              + " of the index of tag \""
              + tag
              + "\" "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public @Nullable Topic topic() {
    return live ? new Topic.Tag(tag) : null;
  }
}
