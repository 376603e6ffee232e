package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a space's actor stops: when all is written, it notes as the last event of its journal where
 * it stands, so that this can be known without recovering it. Used by one actor.
 */
final class Departure {
  /** How a space comes back. */
  enum Return {
    /** With what the gossip knows of it. */
    AS_IT_STOOD,

    /** With what the gossip does not know. */
    NEWS,

    /** With less than it had when it left: it must not mint under the same name again. */
    LESS
  }

  private final SpaceCell cell;
  private boolean asked;
  private boolean closing;
  private boolean noting;

  /** Where it stands, if that is the last event of the journal. */
  private SpaceEvent.@Nullable Rested noted;

  private SpaceEvent.@Nullable Rested standing;

  Departure(SpaceCell cell) {
    this.cell = cell;
  }

  /** The node closes. */
  void close() {
    closing = true;
  }

  /** To leave the memory, unless something comes meanwhile. */
  void ask() {
    asked = true;
  }

  boolean isClosing() {
    return closing;
  }

  /** The space is recovered. */
  Return recovered(SpaceState state) {
    SpaceEvent.Rested before = cell.rested();
    SpaceEvent.Rested now = SpaceEvent.Rested.of(state);
    noted = cell.isRestJournaled() && now.equals(before) ? before : null;
    if (before == null) {
      return Return.NEWS;
    }
    if (now.equals(before)) {
      return Return.AS_IT_STOOD;
    }
    return state.frontier().covers(before.frontier()) ? Return.NEWS : Return.LESS;
  }

  /** Something is about to be written. */
  void writing() {
    noted = null;
  }

  /**
   * Whether to stop now. If something is to be noted first, that is under way then, and {@link
   * #isNoted} is to be asked when it is durable.
   *
   * @param core null while the space is not recovered
   * @param busy whether something is under way that the journal does not bring back
   * @param broken whether it cannot be recovered
   */
  boolean isDue(
      @Nullable SpaceCore core,
      boolean busy,
      boolean broken,
      Consumer<SpaceJournal.Persist> journal) {
    if (noting || !(asked || closing)) {
      return false;
    }
    if (core == null) {
      standing = null;
      return closing || (broken && mayLeave(/* busy= */ false));
    }
    if (core.written() != core.enqueued() || !(closing || mayLeave(busy))) {
      return false;
    }
    SpaceState state = core.durable();
    standing = SpaceEvent.Rested.of(state);
    if (cell.isPinned() || standing.equals(noted) || state.frontier().isEmpty()) {
      return true;
    }
    if (core.journaled().staged() != null) {
      return true; // a note would hide that a transfer is to be gone on with
    }
    noting = true;
    boolean leaving = !closing;
    journal.accept(
        new SpaceJournal.Persist(
            new SpaceEvent(List.of(standing)), new JournaledState(state, null), leaving));
    return false;
  }

  private boolean mayLeave(boolean busy) {
    boolean may = cell.mayLeave(busy);
    asked = may;
    return may;
  }

  /** Whether what has become durable is the note. */
  boolean isNoted(SpaceCore core) {
    if (!noting) {
      return false;
    }
    noting = false;
    // If something was taken meanwhile, it is behind the note.
    noted = core.written() == core.enqueued() ? standing : null;
    return true;
  }

  /** The journal has failed. True if it was over the note alone: then the space goes without it. */
  boolean isNoteRefused(SpaceCore core) {
    boolean was = noting && core.written() == core.enqueued();
    noting = false;
    noted = null;
    return was && (closing || mayLeave(/* busy= */ false));
  }

  /** The actor stops. */
  void gone() {
    SpaceEvent.Rested row = standing;
    cell.gone(row, row != null && (row.equals(noted) || row.frontier().isEmpty()));
  }
}
