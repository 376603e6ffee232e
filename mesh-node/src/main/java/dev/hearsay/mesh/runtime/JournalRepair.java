package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.JournalIndex;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.Runs;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.persistence.HearsayReadJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes that have left the tail of a space, read from its journal: where few are missing of a
 * large state, that is far less work on both sides than the state. Thread-safe; it blocks.
 */
final class JournalRepair {
  /** Up to one change missing for so many elements, the journal is read. */
  static final int ELEMENTS_PER_CHANGE = 20;

  /**
   * Read of a journal for one answer, in bytes; if that does not get far enough, a later one does.
   */
  private static final long READ_BYTES_MAX = 64 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(JournalRepair.class);

  private final String space;
  private final ActorSystem system;
  private final Notices notices;
  private JournalIndex index = new JournalIndex();

  JournalRepair(String space, ActorSystem system, Notices notices) {
    this.notices = notices;
    this.space = space;
    this.system = system;
  }

  /** Whether reading changes is likely to be less work than the state. */
  static boolean isWorthIt(SpaceState durable, VersionVector frontier) {
    return durable.frontier().missingFrom(frontier) <= changesWorthIt(durable);
  }

  /** How many changes it is worth to read. */
  static long changesWorthIt(SpaceState durable) {
    long elements = 0;
    for (FieldKey field : durable.fieldKeys()) {
      elements += durable.field(field).size();
    }
    return elements / ELEMENTS_PER_CHANGE;
  }

  /** The changes that one at that frontier lacks; empty if the journal does not hold them all. */
  synchronized Optional<RepairAnswer.Changes> read(
      SpaceState durable, VersionVector frontier, int bytesMax) {
    try {
      Reading reading = new Reading();
      events(index.last() + 1, Long.MAX_VALUE)
          .takeWhile(reading::goesOn)
          .runForeach(each -> index.add(each.sequenceNr(), decode(each)), system)
          .toCompletableFuture()
          .join();
      if (reading.bytes > READ_BYTES_MAX) {
        return Optional.empty();
      }
      long start = index.startFor(frontier, durable.frontier());
      return start == 0 ? Optional.empty() : from(start, durable, frontier, bytesMax);
    } catch (CompletionException e) {
      // The state in memory is whole all the same.
      if (notices.isDue(Notices.Kind.JOURNAL, space)) {
        LOG.warn("space '{}': the journal cannot be read for a peer: {}", space, e.getMessage());
      }
      index = new JournalIndex();
      return Optional.empty();
    }
  }

  private Source<EventEnvelope, NotUsed> events(long from, long to) {
    return PersistenceQuery.get(system)
        .getReadJournalFor(HearsayReadJournal.class, HearsayReadJournal.IDENTIFIER)
        .currentEventsByPersistenceId(SpaceJournal.id(space), from, to);
  }

  private static SpaceEvent decode(EventEnvelope envelope) {
    return SpaceEvent.decode((byte[]) envelope.event());
  }

  /** How much is read. */
  private static class Reading {
    long bytes;

    boolean goesOn(EventEnvelope envelope) {
      bytes += ((byte[]) envelope.event()).length;
      return bytes <= READ_BYTES_MAX;
    }
  }

  /** What is found, until it is enough. */
  private static final class Missing extends Reading {
    final List<EncodedChange> changes = new ArrayList<>();
    long changeBytes;
    long first;
    boolean full;

    @Override
    boolean goesOn(EventEnvelope envelope) {
      return super.goesOn(envelope) && !full;
    }
  }

  private Optional<RepairAnswer.Changes> from(
      long start, SpaceState durable, VersionVector frontier, int bytesMax) {
    Missing missing = new Missing();
    events(start, index.last())
        .takeWhile(missing::goesOn)
        .runForeach(
            each -> {
              missing.first = missing.first == 0 ? each.sequenceNr() : missing.first;
              for (SpaceEvent.Part part : decode(each).parts()) {
                if (part instanceof SpaceEvent.Applied applied) {
                  take(applied.change(), durable, frontier, bytesMax, missing);
                }
              }
            },
            system)
        .toCompletableFuture()
        .join();
    if (missing.first != start) {
      // It was cut meanwhile.
      index = new JournalIndex();
      return Optional.empty();
    }
    if (missing.changes.isEmpty() && missing.bytes > READ_BYTES_MAX) {
      return Optional.empty();
    }
    VersionVector reached = Runs.after(frontier, missing.changes);
    boolean more = !missing.changes.isEmpty() && !reached.covers(durable.frontier());
    return Optional.of(new RepairAnswer.Changes(missing.changes, more));
  }

  private static void take(
      EncodedChange change,
      SpaceState durable,
      VersionVector frontier,
      int bytesMax,
      Missing missing) {
    long last = change.last();
    boolean isMissing =
        !frontier.covers(change.change().replica(), last)
            && durable.frontier().covers(change.change().replica(), last);
    if (!isMissing || missing.full) {
      return;
    }
    missing.changeBytes += change.sizeBytes();
    missing.full = missing.changeBytes > bytesMax && !missing.changes.isEmpty();
    if (!missing.full) {
      missing.changes.add(change);
    }
  }
}
