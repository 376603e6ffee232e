package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One space: mints and receives changes, holds back what is not ready, hands out what to journal
 * one event at a time, and publishes what is durable. Changes that arrive while an event is being
 * written gather for the next one. Pure and not thread-safe: whoever interprets it gives it time
 * and does the writing.
 */
public final class SpaceCore {
  private final ReplicaId own;
  private final SpaceLimits limits;
  private final HoldBack heldBack;
  private final ChangeTail tail;
  private final Deque<Publication.Step> waiting = new ArrayDeque<>();
  private List<Publication.Step> writing = List.of();
  private SpaceState head = SpaceState.EMPTY;
  private SpaceState durable = SpaceState.EMPTY;
  private long enqueued;
  private long written;

  /**
   * An empty space.
   *
   * @param own the replica that mints here; never one that minted before
   */
  public SpaceCore(ReplicaId own, SpaceLimits limits) {
    this.own = own;
    this.limits = limits;
    this.heldBack = new HoldBack(limits.heldChangesMax(), limits.heldBytesMax());
    this.tail = new ChangeTail(limits.tailChangesMax(), limits.tailBytesMax());
  }

  /** Begins recovery from a snapshot. */
  public void restore(SpaceState snapshot) {
    head = snapshot;
    durable = snapshot;
    tail.raiseFloor(snapshot.frontier());
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
            tail.add(applied.change());
          }
          case DUPLICATE -> {}
          case WAITING, FORKED -> skipped++;
        }
      } else if (part instanceof SpaceEvent.Joined joined) {
        if (head.frontier().covers(joined.diff().base())) {
          head = head.join(joined.diff());
          tail.raiseFloor(joined.diff().frontier());
        } else {
          skipped++;
        }
      }
    }
    durable = head;
    return skipped;
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
    return tail.floor();
  }

  public int heldBack() {
    return heldBack.count();
  }

  /** How many parts were ever handed to the journal or wait for it. */
  public long enqueued() {
    return enqueued;
  }

  /** How many of them are durable. */
  public long written() {
    return written;
  }

  /**
   * Runs a transaction on the newest state and mints its change; empty if it does nothing. If the
   * body throws, nothing has happened.
   *
   * @param now later than everything the node has seen
   * @throws RejectedException {@code LIMIT_EXCEEDED} and whatever the body throws
   */
  public Optional<EncodedChange> mint(HybridTime now, String author, Consumer<Draft> body) {
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
    return Optional.of(change);
  }

  /** Takes changes from peers: applies what is ready, holds back what is not. */
  public Reception receive(List<EncodedChange> changes) {
    int duplicates = 0;
    int held = 0;
    int dropped = 0;
    int appliedBefore = appliedCount();
    List<String> refused = new ArrayList<>();
    for (EncodedChange change : changes) {
      switch (admit(change, refused)) {
        case DUPLICATE -> duplicates++;
        case WAITING -> {
          if (heldBack.add(change)) {
            held++;
          } else {
            dropped++;
          }
        }
        case APPLICABLE, FORKED -> {}
      }
    }
    release(refused);
    return new Reception(appliedCount() - appliedBefore, duplicates, held, dropped, refused);
  }

  /**
   * Joins a state from a peer; nothing is applied if it brings nothing. The join counts as one,
   * beside the held-back changes that it makes ready.
   *
   * @throws RejectedException {@code NOT_APPLICABLE} if the base is not covered, {@code FORKED}
   */
  public Reception receive(StateDiff diff, EncodedDiff encoded) {
    SpaceState joined = head.join(diff);
    List<String> refused = new ArrayList<>();
    if (joined.frontier().equals(head.frontier())) {
      return new Reception(0, 0, 0, 0, refused);
    }
    int appliedBefore = appliedCount();
    head = joined;
    tail.raiseFloor(diff.frontier());
    enqueue(new SpaceEvent.Joined(diff, encoded), false);
    release(refused);
    return new Reception(appliedCount() - appliedBefore, 0, 0, 0, refused);
  }

  private int appliedCount() {
    return Math.toIntExact(enqueued - written);
  }

  private SpaceState.Admission admit(EncodedChange change, List<String> refused) {
    SpaceState.Admission admission = head.admission(change);
    if (admission == SpaceState.Admission.APPLICABLE) {
      try {
        apply(change, false);
      } catch (RejectedException e) {
        refused.add(change + ": " + e.getMessage());
        return SpaceState.Admission.FORKED;
      }
    } else if (admission == SpaceState.Admission.FORKED) {
      refused.add(change + " does not continue the history of its replica that is known here");
    }
    return admission;
  }

  private void release(List<String> refused) {
    boolean progress = heldBack.count() > 0;
    while (progress) {
      progress = false;
      for (EncodedChange change : heldBack.takeFirsts()) {
        SpaceState.Admission admission = admit(change, refused);
        if (admission == SpaceState.Admission.WAITING) {
          heldBack.add(change);
        } else {
          progress = true;
        }
      }
    }
  }

  private void apply(EncodedChange change, boolean local) {
    head = head.apply(change);
    tail.add(change);
    enqueue(new SpaceEvent.Applied(change), local);
  }

  private void enqueue(SpaceEvent.Part part, boolean local) {
    waiting.add(new Publication.Step(part, head, local));
    enqueued++;
  }

  /** How many there will be once the event being written is durable. */
  public long writtenSoon() {
    return written + writing.size();
  }

  /** What to journal now; empty if nothing waits or an event is still being written. */
  public Optional<SpaceEvent> nextEvent() {
    if (!writing.isEmpty() || waiting.isEmpty()) {
      return Optional.empty();
    }
    List<Publication.Step> steps = new ArrayList<>();
    List<SpaceEvent.Part> parts = new ArrayList<>();
    int bytes = 0;
    while (!waiting.isEmpty() && bytes < limits.eventBytesMax()) {
      Publication.Step step = waiting.removeFirst();
      steps.add(step);
      parts.add(step.part());
      bytes += step.part().sizeBytes();
    }
    writing = steps;
    return Optional.of(new SpaceEvent(parts));
  }

  /** The state that will be durable when the event being written is. */
  public SpaceState writingState() {
    return writing.isEmpty() ? durable : writing.get(writing.size() - 1).after();
  }

  /** The event being written is durable. */
  public Publication persisted() {
    if (writing.isEmpty()) {
      throw new IllegalStateException("nothing was being written");
    }
    durable = writingState();
    written += writing.size();
    Publication publication = new Publication(durable, writing);
    writing = List.of();
    return publication;
  }

  /**
   * Answers a replica at that frontier with what is durable here and missing there.
   *
   * @param bytesMax of changes in one answer; at least one change is given
   */
  public RepairAnswer answer(VersionVector frontier, int bytesMax) {
    if (!frontier.covers(tail.floor())) {
      return new RepairAnswer.Difference(durable.diff(meet(frontier, durable.frontier())));
    }
    List<EncodedChange> missing = new ArrayList<>();
    for (EncodedChange change : tail.after(frontier, bytesMax)) {
      if (!durable.frontier().covers(change.change().replica(), change.last())) {
        break;
      }
      missing.add(change);
    }
    VersionVector reached = frontier;
    for (EncodedChange change : missing) {
      reached = reached.with(change.change().replica(), change.last());
    }
    return new RepairAnswer.Changes(
        missing, !missing.isEmpty() && !reached.covers(durable.frontier()));
  }

  /** What both have: a base must be a frontier of the sender's too, or its atoms mean nothing. */
  public static VersionVector meet(VersionVector theirs, VersionVector ours) {
    VersionVector meet = VersionVector.EMPTY;
    for (int i = 0; i < theirs.size(); i++) {
      long counter = Math.min(theirs.counterAt(i), ours.counter(theirs.replicaAt(i)));
      if (counter > 0) {
        meet = meet.with(theirs.replicaAt(i), counter);
      }
    }
    return meet;
  }
}
