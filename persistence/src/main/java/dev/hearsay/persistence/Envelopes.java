package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.EventAdapters;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import scala.jdk.javaapi.CollectionConverters;

/** Makes of a stored event what a query hands out. Thread-safe. */
final class Envelopes {
  private final EventSerialization serialization;
  private final EventAdapters adapters;
  private final PersistenceMetrics metrics;

  Envelopes(EventSerialization serialization, EventAdapters adapters, PersistenceMetrics metrics) {
    this.serialization = serialization;
    this.adapters = adapters;
    this.metrics = metrics;
  }

  /**
   * One envelope, or as many as the application's adapter makes of the event, none included.
   *
   * @throws StorageException if it cannot be deserialized or adapted
   */
  List<EventEnvelope> of(EventRecord event, long offset) {
    PersistentRepr stored = serialization.read(event);
    List<EventEnvelope> envelopes = new ArrayList<>(1);
    for (Object payload : adapt(stored)) {
      envelopes.add(
          new EventEnvelope(
              Offset.sequence(offset),
              event.persistenceId(),
              event.sequenceNr(),
              payload,
              event.timestampMillis(),
              stored.metadata()));
    }
    metrics.queriedEvents.increment();
    return envelopes;
  }

  private List<Object> adapt(PersistentRepr stored) {
    Object payload = stored.payload();
    try {
      return CollectionConverters.asJava(
          adapters.get(payload.getClass()).fromJournal(payload, stored.manifest()).events());
    } catch (RuntimeException e) {
      throw new StorageException(
          "event "
              + stored.sequenceNr()
              + " of entity \""
              + stored.persistenceId()
              + "\" is stored well, but its event adapter fails: "
              + e,
          true,
          e);
    }
  }
}
