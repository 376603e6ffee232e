package dev.hearsay.persistence;

import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByTagQuery;
import org.apache.pekko.persistence.query.scaladsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.ReadJournal;
import org.apache.pekko.stream.scaladsl.Source;
import org.apache.pekko.stream.scaladsl.Source$;

/**
 * The read side of the journal, for Scala: {@code
 * PersistenceQuery(system).readJournalFor[HearsayScalaReadJournal](HearsayReadJournal.IDENTIFIER)}.
 * It does what {@link HearsayReadJournal} does. Thread-safe.
 *
 * @since 0.1
 */
public final class HearsayScalaReadJournal
    implements ReadJournal,
        EventsByPersistenceIdQuery,
        CurrentEventsByPersistenceIdQuery,
        EventsByTagQuery,
        CurrentEventsByTagQuery,
        PersistenceIdsQuery,
        CurrentPersistenceIdsQuery {
  private final Queries queries;

  HearsayScalaReadJournal(Queries queries) {
    this.queries = queries;
  }

  /** As {@link HearsayReadJournal#eventsByPersistenceId}. */
  @Override
  public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return Source$.MODULE$.fromGraph(
        queries.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr, true));
  }

  /** As {@link HearsayReadJournal#currentEventsByPersistenceId}. */
  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return Source$.MODULE$.fromGraph(
        queries.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr, false));
  }

  /** As {@link HearsayReadJournal#eventsByTag}. */
  @Override
  public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
    return Source$.MODULE$.fromGraph(queries.eventsByTag(tag, offset, true));
  }

  /** As {@link HearsayReadJournal#currentEventsByTag}. */
  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
    return Source$.MODULE$.fromGraph(queries.eventsByTag(tag, offset, false));
  }

  /** As {@link HearsayReadJournal#persistenceIds}. */
  @Override
  public Source<String, NotUsed> persistenceIds() {
    return Source$.MODULE$.fromGraph(queries.persistenceIds(true));
  }

  /** As {@link HearsayReadJournal#currentPersistenceIds}. */
  @Override
  public Source<String, NotUsed> currentPersistenceIds() {
    return Source$.MODULE$.fromGraph(queries.persistenceIds(false));
  }
}
