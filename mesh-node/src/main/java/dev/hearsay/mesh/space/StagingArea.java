package dev.hearsay.mesh.space;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Where a transfer's pieces gather until they can be joined in one step; one transfer at a time.
 * What is staged is in no state that anybody sees. Not thread-safe.
 */
final class StagingArea {
  private JournaledState.@Nullable Staged staged;

  JournaledState.@Nullable Staged staged() {
    return staged;
  }

  void restore(JournaledState.@Nullable Staged from) {
    staged = from;
  }

  /**
   * Begins a transfer, or goes on with the one that is here; whatever else was here is dropped.
   *
   * @throws RejectedException if it cannot be gone on with; what was here stays
   */
  void begin(SpaceEvent.Begun begun, VersionVector frontier) {
    StagedState next;
    if (begun.resumes()) {
      if (staged == null) {
        throw new RejectedException(Reason.NOT_APPLICABLE, "a transfer goes on that is not here");
      }
      next = staged.state().resume(begun.head(), begun.elements());
    } else {
      if (!frontier.covers(begun.head().base())) {
        throw new RejectedException(
            Reason.NOT_APPLICABLE, "a transfer from " + begun.head().base() + " at " + frontier);
      }
      next = StagedState.begin(begun.head(), begun.elements());
    }
    staged = new JournaledState.Staged(begun.transfer(), next);
  }

  /** Whether the piece is the next of the transfer that is here. */
  boolean isNext(long transfer, long from) {
    return is(transfer) && staged != null && staged.state().taken() == from;
  }

  boolean is(long transfer) {
    return staged != null && staged.transfer() == transfer;
  }

  /**
   * Takes the next piece.
   *
   * @throws RejectedException if it is not; what was here stays
   */
  void add(SpaceEvent.Staged piece) {
    staged =
        new JournaledState.Staged(piece.transfer(), require(piece.transfer()).plus(piece.piece()));
  }

  boolean isComplete() {
    return staged != null && staged.state().isComplete();
  }

  /**
   * Joins what has come, which is here no longer.
   *
   * @throws RejectedException if it is another transfer, not complete, or does not fit the state
   */
  SpaceState commit(long transfer, SpaceState state) {
    StagedState complete = require(transfer);
    if (!complete.isComplete()) {
      throw new RejectedException(Reason.NOT_APPLICABLE, "a transfer ends before its last piece");
    }
    SpaceState joined = complete.joinInto(state);
    staged = null;
    return joined;
  }

  private StagedState require(long transfer) {
    if (staged == null || staged.transfer() != transfer) {
      throw new RejectedException(
          Reason.NOT_APPLICABLE, "transfer " + Long.toHexString(transfer) + " is not here");
    }
    return staged.state();
  }

  /** Drops what can bring nothing any more, because the state has all of it. */
  void dropIfCovered(VersionVector frontier) {
    if (staged != null && frontier.covers(staged.state().frontier())) {
      staged = null;
    }
  }

  void drop() {
    staged = null;
  }

  StagingReport report(long transfer, StagingReport.State state) {
    long taken = is(transfer) && staged != null ? staged.state().taken() : 0;
    return new StagingReport(transfer, taken, state, mark(), null);
  }

  StagingReport.@Nullable Mark mark() {
    return staged == null
        ? null
        : new StagingReport.Mark(staged.state().position(), staged.state().frontier());
  }
}
