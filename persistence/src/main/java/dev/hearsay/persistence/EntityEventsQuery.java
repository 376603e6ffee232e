package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.jspecify.annotations.Nullable;

/** The events of one entity, in the order of their sequence numbers, which are their offsets. */
final class EntityEventsQuery implements Query<EventEnvelope> {
  private final EventLog log;
  private final Envelopes envelopes;
  private final Limits limits;
  private final String persistenceId;
  private final boolean live;

  private long position;
  private long to;
  private boolean started;

  /** From one sequence number to another, both included. */
  EntityEventsQuery(
      EventLog log,
      Envelopes envelopes,
      Limits limits,
      String persistenceId,
      long from,
      long to,
      boolean live) {
    this.log = log;
    this.envelopes = envelopes;
    this.limits = limits;
    this.persistenceId = persistenceId;
    this.position = Math.max(from, 1) - 1;
    this.to = to;
    this.live = live;
  }

  @Override
  public Batch<EventEnvelope> next() throws IOException {
    List<EventEnvelope> items = new ArrayList<>();
    Filling filling = new Filling(limits);
    try (LogStore.Cursor cursor = log.cursor()) {
      long shown =
          Math.min(
              JournalReader.head(cursor, persistenceId).highest(),
              log.feed().lastShown(persistenceId)); // of this cursor, so it is asked after
      if (!live && !started) {
        to = Math.min(to, shown);
      }
      started = true;
      long upTo = Math.min(to, shown);
      if (position < upTo) {
        JournalReader.replay(
            cursor,
            persistenceId,
            position + 1,
            upTo,
            event -> {
              items.addAll(envelopes.of(event, event.sequenceNr()));
              position = event.sequenceNr();
              return filling.takes(event);
            });
      }
      if (!filling.isFull()) {
        position = Math.max(position, upTo); // what is not there was deleted
      }
    }
    boolean end = !filling.isFull();
    return new Batch<>(items, end, end && position >= to);
  }

  @Override
  public @Nullable Topic topic() {
    return live ? new Topic.Entity(persistenceId) : null;
  }
}
