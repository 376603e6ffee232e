package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.JournalCut;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.persistence.HeldEvents;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.EventAdapter;
import org.apache.pekko.persistence.typed.EventSeq;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotCompleted;
import org.apache.pekko.persistence.typed.SnapshotFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event-sourced entity of one space. An event is what {@link SpaceCore} gathered while the last
 * one was being written; the state is the space's state and what is staged of a transfer, by
 * reference, of which snapshots are saved by {@link SpaceSnapshotSerializer}. Recovery replays into
 * a {@link SpaceCore}, which checks every change as a receiver does.
 */
final class SpaceJournal
    extends EventSourcedBehavior<SpaceJournal.Persist, SpaceJournal.Event, JournaledState> {
  /** Events between snapshots. */
  static final int EVENTS_PER_SNAPSHOT = 1_000;

  /** Snapshots kept; the journal is cut at the oldest of them. */
  static final int SNAPSHOTS_KEPT = 3;

  /** Events since the last snapshot from which on one is saved when the space leaves the memory. */
  static final int EVENTS_PER_REST = 100;

  private static final Logger LOG = LoggerFactory.getLogger(SpaceJournal.class);

  /**
   * Write this event, after which the space is in that state.
   *
   * @param leaving whether it is the last before the space leaves the memory
   */
  record Persist(SpaceEvent event, JournaledState after, boolean leaving) {
    Persist(SpaceEvent event, JournaledState after) {
      this(event, after, /* leaving= */ false);
    }
  }

  /**
   * A journaled event.
   *
   * @param after the state it leads to; null where it was read back
   * @param leaving whether it is the last before the space leaves the memory
   */
  record Event(SpaceEvent event, @Nullable JournaledState after, boolean leaving) {}

  /** What happens to the journal, for its space. The generation tells one journal from the next. */
  sealed interface Outcome {
    int generation();

    /** Everything is read back; the core is handed over. */
    record Recovered(int generation, SpaceCore core, int skipped) implements Outcome {}

    /** The event is durable. */
    record Persisted(int generation) implements Outcome {}
  }

  private final String space;
  private final SpaceCore core;
  private final int generation;
  private final ActorRef<Outcome> owner;
  private final ActorContext<Persist> context;
  private final long heldBytesMax;
  private VersionVector recovered = VersionVector.EMPTY;
  private boolean marked;
  private boolean restored;
  private int sinceSnapshot;
  private int skipped;

  /**
   * Recovers and then serves a space.
   *
   * @param core empty; it is the owner's as soon as it is told {@link Outcome.Recovered}
   * @param heldBytesMax most bytes of events that stay for peers, though snapshots stand for them
   */
  static Behavior<Persist> create(
      String space, SpaceCore core, int generation, ActorRef<Outcome> owner, long heldBytesMax) {
    return Behaviors.setup(
        context -> new SpaceJournal(context, space, core, generation, owner, heldBytesMax));
  }

  private SpaceJournal(
      ActorContext<Persist> context,
      String space,
      SpaceCore core,
      int generation,
      ActorRef<Outcome> owner,
      long heldBytesMax) {
    super(PersistenceId.ofUniqueId(id(space)));
    this.context = context;
    this.heldBytesMax = heldBytesMax;
    this.space = space;
    this.core = core;
    this.generation = generation;
    this.owner = owner;
  }

  /** What the journal and the snapshot store call the space. */
  static String id(String space) {
    return "space:" + space;
  }

  @Override
  public JournaledState emptyState() {
    return JournaledState.EMPTY;
  }

  @Override
  public CommandHandler<Persist, Event, JournaledState> commandHandler() {
    return (state, persist) ->
        Effect()
            .persist(new Event(persist.event(), persist.after(), persist.leaving()))
            .thenRun(
                after -> {
                  owner.tell(new Outcome.Persisted(generation));
                  hold(after);
                });
  }

  /** Sees to it that the next cut leaves what peers may need. */
  private void hold(JournaledState after) {
    long last = lastSequenceNumber(context);
    if (!marked && last > 1) {
      core.journalCut().mark(last - 1, recovered);
    }
    // Well before the number of a snapshot, which is what the cut comes with.
    if (!marked || last % JournalCut.STEP == JournalCut.STEP / 2) {
      core.journalCut().mark(last, after.state().frontier());
      long worthIt = JournalRepair.changesWorthIt(after.state());
      HeldEvents.holdFrom(
          context.getSystem(), id(space), core.journalCut().from(last, worthIt, heldBytesMax));
    }
    marked = true;
  }

  @Override
  public EventHandler<JournaledState, Event> eventHandler() {
    return (state, event) -> {
      sinceSnapshot++;
      JournaledState after = event.after();
      if (after != null) {
        return after;
      }
      restoreFrom(state);
      skipped += core.replay(event.event());
      return core.journaled();
    };
  }

  @Override
  public SignalHandler<JournaledState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.class,
            (state, signal) -> {
              restoreFrom(state);
              recovered = state.state().frontier();
              HeldEvents.holdFrom(context.getSystem(), id(space), 1); // until more is known
              core.recovered();
              owner.tell(new Outcome.Recovered(generation, core, skipped));
            })
        .onSignal(SnapshotCompleted.class, (state, signal) -> sinceSnapshot = 0)
        .onSignal(
            SnapshotFailed.class,
            (state, signal) ->
                LOG.warn(
                    "space '{}': a snapshot could not be saved; the journal stays whole",
                    space,
                    signal.getFailure()))
        .build();
  }

  private void restoreFrom(JournaledState state) {
    if (!restored) {
      restored = true;
      core.restore(state);
    }
  }

  @Override
  public boolean shouldSnapshot(JournaledState state, Event event, long sequenceNr) {
    return event.leaving() && sinceSnapshot >= EVENTS_PER_REST;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(EVENTS_PER_SNAPSHOT, SNAPSHOTS_KEPT)
        .withDeleteEventsOnSnapshot();
  }

  /** A state beside which nothing is staged is saved as it always was. */
  @Override
  public SnapshotAdapter<JournaledState> snapshotAdapter() {
    return new SnapshotAdapter<>() {
      @Override
      public Object toJournal(JournaledState journaled) {
        return journaled.staged() == null ? journaled.state() : journaled;
      }

      @Override
      public JournaledState fromJournal(Object saved) {
        return saved instanceof SpaceState state
            ? new JournaledState(state, null)
            : (JournaledState) saved;
      }
    };
  }

  @Override
  public EventAdapter<Event, Object> eventAdapter() {
    return new EventAdapter<>() {
      @Override
      public Object toJournal(Event event) {
        byte[] encoded = event.event().encode();
        core.journalCut().writing(encoded.length);
        return encoded;
      }

      @Override
      public String manifest(Event event) {
        return "";
      }

      @Override
      public EventSeq<Event> fromJournal(Object bytes, String manifest) {
        return EventSeq.single(new Event(SpaceEvent.decode((byte[]) bytes), null, false));
      }
    };
  }
}
