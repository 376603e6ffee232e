package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One space: mints and receives changes, holds back what is not ready, hands out what to journal
 * one event at a time, and publishes what is durable. Changes that arrive while an event is being
 * written gather for the next one. Pure and not thread-safe: whoever interprets it gives it time
 * and does the writing.
 */
public final class SpaceCore {
  private static final HostPort ANYBODY = new HostPort("anybody", 0);

  private ReplicaId own;
  private boolean ownIsTaken;
  private boolean forkSeen;
  private final SpaceLimits limits;
  private final HoldBack heldBack;
  private final Branches branches;
  private final StagingArea staging = new StagingArea();
  private final EventQueue queue = new EventQueue();
  private final List<Refusal> refusals = new ArrayList<>();
  private SpaceState head = SpaceState.EMPTY;
  private SpaceState durable = SpaceState.EMPTY;

  /**
   * An empty space.
   *
   * @param own the replica that mints here; never one that minted before
   */
  public SpaceCore(ReplicaId own, SpaceLimits limits) {
    this.own = own;
    this.limits = limits;
    this.heldBack = new HoldBack(limits.heldChangesMax(), limits.heldBytesMax());
    this.branches = new Branches(limits);
  }

  /** Begins recovery from a snapshot. */
  public void restore(SpaceState snapshot) {
    restore(new JournaledState(snapshot, null));
  }

  /** Begins recovery from a snapshot with what had been staged when it was taken. */
  public void restore(JournaledState snapshot) {
    head = snapshot.state();
    durable = head;
    staging.restore(snapshot.staged());
    branches.begin(head);
  }

  /**
   * Replays a journaled event as a receiver would take it: a change whose dependencies are missing
   * is not applied over the hole; peers bring what is missing.
   *
   * @return how many parts could not be applied
   */
  public int replay(SpaceEvent event) {
    int skipped = 0;
    for (SpaceEvent.Part part : event.parts()) {
      if (part instanceof SpaceEvent.Applied applied) {
        switch (head.admission(applied.change())) {
          case APPLICABLE -> {
            head = head.apply(applied.change());
            branches.applied(applied.change());
          }
          case DUPLICATE -> {}
          case WAITING, FORKED -> skipped++;
        }
      } else if (part instanceof SpaceEvent.Joined joined) {
        // Of journals from before states were staged; nobody writes it any more.
        if (head.frontier().covers(joined.diff().base())) {
          head = head.join(joined.diff());
          branches.joined(joined.diff().frontier(), head);
        } else {
          skipped++;
        }
      } else if (part instanceof SpaceEvent.Replaced replaced) {
        head = Branches.inPlaceOf(head, replaced.whole());
        branches.begin(head);
      } else if (!replayTransfer(part)) {
        skipped++;
      }
    }
    durable = head;
    queue.recovered(staging.staged());
    return skipped;
  }

  private boolean replayTransfer(SpaceEvent.Part part) {
    try {
      if (part instanceof SpaceEvent.Begun begun) {
        staging.begin(begun, head.frontier());
      } else if (part instanceof SpaceEvent.Staged piece) {
        staging.add(piece);
      } else if (part instanceof SpaceEvent.Committed committed) {
        JournaledState.Staged complete = staging.staged();
        head = staging.commit(committed.transfer(), head);
        branches.joined(Objects.requireNonNull(complete).state().frontier(), head);
      }
      return true;
    } catch (RejectedException e) {
      return false;
    }
  }

  /**
   * Everything is replayed: what was staged and not committed is no part of the state. It is kept
   * to go on from, unless the state has all of it.
   */
  public void recovered() {
    staging.dropIfCovered(head.frontier());
  }

  /** The newest state and what is staged beside it. */
  public JournaledState journaled() {
    return new JournaledState(head, staging.staged());
  }

  /** Where the transfer that is staged can be gone on with, as far as it is durable. */
  public Optional<StagingReport.Mark> mark() {
    return Optional.ofNullable(staging.mark());
  }

  /** The newest state, which may hold what is not durable yet. */
  public SpaceState head() {
    return head;
  }

  /** The newest durable state: what readers and peers may see. */
  public SpaceState durable() {
    return durable;
  }

  public VersionVector floor() {
    return branches.tail().floor();
  }

  /** Bytes of the changes that are held one by one. */
  public long tailBytes() {
    return branches.tail().bytes();
  }

  public int heldBack() {
    return heldBack.count();
  }

  /** How many parts were ever handed to the journal or wait for it. */
  public long enqueued() {
    return queue.enqueued();
  }

  /** How many of them are durable. */
  public long written() {
    return queue.written();
  }

  /**
   * Runs a transaction on the newest state and mints its change; empty if it does nothing. If the
   * body throws, nothing has happened.
   *
   * @param now later than everything the node has seen
   * @throws RejectedException {@code LIMIT_EXCEEDED} and whatever the body throws
   * @throws IllegalStateException if {@link #ownIsTaken}
   */
  public Optional<EncodedChange> mint(HybridTime now, String author, Consumer<Draft> body) {
    if (ownIsTaken) {
      throw new IllegalStateException(own + " has minted elsewhere; renew it first");
    }
    Draft draft = new Draft(head, own, now, author);
    try {
      body.accept(draft);
    } finally {
      draft.end();
    }
    if (draft.isEmpty()) {
      return Optional.empty();
    }
    EncodedChange change = ChangeFormat.encode(draft.toChange());
    apply(change, true);
    release();
    return Optional.of(change);
  }

  /** As {@link #receive(List, HostPort)}, of senders that need not be told apart. */
  public Reception receive(List<EncodedChange> changes) {
    return receive(changes, ANYBODY);
  }

  /** Takes changes from a peer: applies what is ready, holds back what is not. */
  public Reception receive(List<EncodedChange> changes, HostPort from) {
    int duplicates = 0;
    int held = 0;
    int appliedBefore = appliedCount();
    forkSeen = false;
    for (EncodedChange change : changes) {
      switch (admit(change, from)) {
        case DUPLICATE -> duplicates++;
        case WAITING -> {
          if (heldBack.add(change, from, head)) {
            held++;
          }
        }
        case APPLICABLE, FORKED -> {}
      }
    }
    release();
    return new Reception(
        appliedCount() - appliedBefore, duplicates, held, heldBack.takeDropped(), takeRefusals());
  }

  private void joined(VersionVector sender, SpaceState after) {
    ownIsTaken |= after.head(own).counter() > head.head(own).counter();
    head = after;
    branches.joined(sender, after);
    heldBack.arrived(after.frontier());
  }

  /**
   * Begins to stage a transfer, or goes on with the one that is staged. Nothing of it is applied
   * before all of it has come.
   */
  public StagingReport begin(SpaceEvent.Begun begun) {
    try {
      branches.chains().requireOneHistory(begun.head());
      staging.begin(begun, head.frontier());
    } catch (RejectedException e) {
      staging.drop();
      boolean isElsewhere =
          begun.resumes() && e.reason() == RejectedException.Reason.NOT_APPLICABLE;
      return isElsewhere
          ? staging.report(begun.transfer(), StagingReport.State.OUT_OF_PLACE)
          : refused(begun.transfer(), e);
    }
    enqueue(begun, false);
    return staging.isComplete() ? commit(begun.transfer()) : goesOn(begun.transfer());
  }

  /**
   * Stages a piece; with the last one everything is joined, in one step with its commit record.
   *
   * @param from how many elements came before it
   */
  public StagingReport stage(SpaceEvent.Staged piece, long from) {
    if (!staging.isNext(piece.transfer(), from)) {
      return staging.report(piece.transfer(), StagingReport.State.OUT_OF_PLACE);
    }
    try {
      staging.add(piece);
    } catch (RejectedException e) {
      staging.drop();
      return refused(piece.transfer(), e);
    }
    enqueue(piece, false);
    return staging.isComplete() ? commit(piece.transfer()) : goesOn(piece.transfer());
  }

  /** What came of a transfer cannot be read: nothing of it is staged any more. */
  public StagingReport refuse(long transfer, RejectedException why) {
    staging.drop();
    return refused(transfer, why);
  }

  private StagingReport goesOn(long transfer) {
    return staging.report(transfer, StagingReport.State.GOES_ON);
  }

  private StagingReport refused(long transfer, RejectedException why) {
    forkSeen = why.reason() == RejectedException.Reason.FORKED;
    return staging.report(transfer, StagingReport.State.REFUSED).because(why.getMessage());
  }

  private StagingReport commit(long transfer) {
    VersionVector frontier = Objects.requireNonNull(staging.staged()).state().frontier();
    try {
      branches.chains().requireOneHistory(Objects.requireNonNull(staging.staged()).state().head());
      joined(frontier, staging.commit(transfer, head));
    } catch (RejectedException e) {
      staging.drop();
      return refused(transfer, e);
    }
    enqueue(new SpaceEvent.Committed(transfer), false);
    release();
    return staging.report(transfer, StagingReport.State.COMMITTED);
  }

  private int appliedCount() {
    return Math.toIntExact(queue.enqueued() - queue.written());
  }

  /**
   * The changes that were refused since this was last asked, and are in no {@link Reception}: those
   * that had waited for a state, and contradict it.
   */
  public List<Refusal> takeRefusals() {
    List<Refusal> taken = List.copyOf(refusals);
    refusals.clear();
    return taken;
  }

  private SpaceState.Admission admit(EncodedChange change, HostPort from) {
    SpaceState.Admission admission = branches.admission(head, change);
    if (admission == SpaceState.Admission.APPLICABLE) {
      try {
        branches.chains().requireLaterThanItsPast(change);
        apply(change, false);
        ownIsTaken |= change.change().replica().equals(own);
      } catch (RejectedException e) {
        refusals.add(new Refusal(from, change + ": " + e.getMessage(), /* forked= */ false));
        return SpaceState.Admission.FORKED;
      }
    } else if (admission == SpaceState.Admission.FORKED) {
      forkSeen = true;
      String why = change + " does not continue the history of its replica that is known here";
      refusals.add(new Refusal(from, why, /* forked= */ true));
    }
    return admission;
  }

  /** Looks at what has waited for something that is here now, and at what waited for that. */
  private void release() {
    for (var held = heldBack.poll(head); held != null; held = heldBack.poll(head)) {
      if (admit(held.change, held.from) == SpaceState.Admission.WAITING) {
        heldBack.putBack(held, head);
      }
    }
  }

  /** How often something that was held back was looked at. */
  long looks() {
    return heldBack.looks();
  }

  private void apply(EncodedChange change, boolean local) {
    head = head.apply(change);
    branches.applied(change);
    enqueue(new SpaceEvent.Applied(change), local);
    heldBack.arrived(change.change().replica(), change.last());
  }

  private void enqueue(SpaceEvent.Part part, boolean local) {
    queue.add(new Publication.Step(part, head, local), staging.staged());
  }

  /** How many there will be once the event being written is durable. */
  public long writtenSoon() {
    return queue.writtenSoon();
  }

  /** What to journal now; empty if nothing waits or an event is still being written. */
  public Optional<SpaceEvent> nextEvent() {
    return queue.next(limits.eventBytesMax());
  }

  /** The state that will be durable when the event being written is. */
  public SpaceState writingState() {
    return queue.writingState(durable);
  }

  /** What the journal makes once the event being written is durable. */
  public JournaledState writingJournaled() {
    return queue.writingJournaled(durable);
  }

  /** The event being written is durable. */
  public Publication persisted() {
    SpaceState written = writingState();
    List<Publication.Step> steps = queue.persisted();
    durable = written;
    // Changes may have brought all of it by now.
    staging.dropIfCovered(durable.frontier());
    return new Publication(durable, steps);
  }

  /**
   * Answers a replica at that frontier with what is durable here and missing there.
   *
   * @param bytesMax of changes in one answer; at least one change is given
   */
  public RepairAnswer answer(VersionVector frontier, int bytesMax) {
    return Answers.of(durable, branches, frontier, bytesMax);
  }

  /** The same for one to which a transfer came in part: goes on with it if this state is later. */
  public RepairAnswer answer(VersionVector frontier, StagingReport.Mark mark, int bytesMax) {
    return Answers.of(durable, branches, frontier, mark, bytesMax);
  }

  /** Whether the last thing taken was refused as another branch's. */
  public boolean sawFork() {
    return forkSeen;
  }

  /** Before recovery: whose counts are remembered, so that their branches can be moved. */
  public void keepCountsOf(Predicate<ReplicaId> replicas) {
    branches.counts().keep(replicas);
  }

  /** The replica that mints here. */
  public ReplicaId own() {
    return own;
  }

  /** Whether changes of the minting replica have come from elsewhere: another one must mint now. */
  public boolean ownIsTaken() {
    return ownIsTaken;
  }

  /** From now on this replica mints here, which never minted before. */
  public void renew(ReplicaId fresh) {
    own = fresh;
    ownIsTaken = false;
  }

  /** How far the journal may be cut. */
  public JournalCut journalCut() {
    return branches.cut();
  }

  Branches branches() {
    return branches;
  }

  /** Puts another state in the place of what is here, journaled like a change. */
  void replace(StateDiff whole, ReplicaId fresh) {
    head = Branches.inPlaceOf(head, whole);
    renew(fresh);
    staging.drop();
    heldBack.arrived(head.frontier());
    EncodedDiff encoded = new EncodedDiff(DiffFormat.encode(whole));
    enqueue(new SpaceEvent.Replaced(whole, encoded), false);
  }
}
