package dev.hearsay.mesh.space;

import dev.hearsay.crdt.VersionVector;
import org.jspecify.annotations.Nullable;

/**
 * How far a transfer is staged.
 *
 * @param transfer as its sender named it
 * @param taken elements of it that are here
 * @param state whether it goes on
 * @param mark how to go on if it breaks off; null if nothing is staged any more
 * @param why of what was refused; null if nothing was
 */
public record StagingReport(
    long transfer, long taken, State state, @Nullable Mark mark, @Nullable String why) {
  StagingReport because(@Nullable String reason) {
    return new StagingReport(transfer, taken, state, mark, reason);
  }

  /** Whether it goes on. */
  public enum State {
    /** More is to come. */
    GOES_ON,
    /** Everything is joined. */
    COMMITTED,
    /** What came is not the next of this transfer; what was staged stays. */
    OUT_OF_PLACE,
    /** What came is malformed or contradicts what is here; nothing of it is staged any more. */
    REFUSED
  }

  /**
   * Where a transfer can be resumed.
   *
   * @param position every element that this covers is here
   * @param snapshot the frontier of the state that it is of: only a later one can be gone on with
   */
  public record Mark(VersionVector position, VersionVector snapshot) {}
}
