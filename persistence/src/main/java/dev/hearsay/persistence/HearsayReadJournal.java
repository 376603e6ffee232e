package dev.hearsay.persistence;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The read side of the journal, for Java: {@code
 * PersistenceQuery.get(system).getReadJournalFor(HearsayReadJournal.class,
 * HearsayReadJournal.IDENTIFIER)}. Thread-safe.
 *
 * <p>A stream shows what is acknowledged, and never what may yet fail. Deleted events are passed
 * over. Events come with their timestamp and metadata, and through the application's event
 * adapters; those that an adapter makes of one event share its offset. A stream reads on when what
 * it read has been taken, a batch at a time; a live one waits at the end for the writer to wake it.
 *
 * <p>A stream fails with a {@link StorageException}: if the journal does not start, cannot be read,
 * or holds a damaged event; a live one also when the journal is closed or takes no more writes,
 * after it has shown all that was acknowledged. Run it again from the last offset.
 *
 * @since 0.1
 */
public final class HearsayReadJournal
    implements ReadJournal,
        EventsByPersistenceIdQuery,
        CurrentEventsByPersistenceIdQuery,
        EventsByTagQuery,
        CurrentEventsByTagQuery,
        PersistenceIdsQuery,
        CurrentPersistenceIdsQuery {
  /** Where its settings stand, and what to ask {@code PersistenceQuery} for. */
  public static final String IDENTIFIER = "hearsay.journal.query";

  private final Queries queries;

  HearsayReadJournal(Queries queries) {
    this.queries = queries;
  }

  /**
   * Events of an entity in the order of their sequence numbers, and those to come. Completes when
   * the last number has been passed.
   *
   * @param fromSequenceNr the first number, included
   * @param toSequenceNr the last number, included; {@code Long.MAX_VALUE} for no end
   */
  @Override
  public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return Source.fromGraph(
        queries.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr, true));
  }

  /** As {@link #eventsByPersistenceId}, but completes with what is there when it starts to read. */
  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return Source.fromGraph(
        queries.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr, false));
  }

  /**
   * Events that have the tag, in the order of their commits, and those to come. Never completes.
   *
   * <p>Whoever has come to an offset misses nothing that is committed later: offsets grow in the
   * order of commits over all entities, have gaps, survive restarts and are never used twice.
   *
   * @param offset the events behind it: {@code Offset.noOffset()} for all, or that of an envelope
   * @throws IllegalArgumentException if the offset is of another kind, or the tag cannot be stored.
   *     The stream fails with it if the offset is higher than any that the journal gave out
   */
  @Override
  public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
    return Source.fromGraph(queries.eventsByTag(tag, offset, true));
  }

  /** As {@link #eventsByTag}, but completes with what is there when it starts to read. */
  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
    return Source.fromGraph(queries.eventsByTag(tag, offset, false));
  }

  /**
   * Every entity that ever stored an event, once, in the order of their first commits, and those to
   * come. Never completes. An entity whose events are all deleted is among them.
   */
  @Override
  public Source<String, NotUsed> persistenceIds() {
    return Source.fromGraph(queries.persistenceIds(true));
  }

  /** As {@link #persistenceIds}, but completes with what is there when it starts to read. */
  @Override
  public Source<String, NotUsed> currentPersistenceIds() {
    return Source.fromGraph(queries.persistenceIds(false));
  }

  /**
   * Where the histories of these entities end: two steps in the journal for each, however long it
   * is. One that writes meanwhile is shown as it was at some moment of the call.
   *
   * <p>The stage fails with a {@link StorageException} if the journal does not start or cannot be
   * read; a damaged last event is left out.
   *
   * @return in the order of the given, each with its end, also those that never stored an event
   * @throws IllegalArgumentException if one of them is too long for any event to have it
   */
  public CompletionStage<List<EntityEnd>> currentEnds(List<String> persistenceIds) {
    return queries.ends(persistenceIds);
  }
}
