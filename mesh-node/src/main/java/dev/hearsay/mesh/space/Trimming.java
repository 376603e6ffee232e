package dev.hearsay.mesh.space;

import dev.hearsay.crdt.VersionVector;

/**
 * Lets go of changes that every known holder of a space has made durable, in memory at once and in
 * the journal with the next snapshot. It saves room and is never needed to be right: whoever turns
 * out to lack one gets it from the journal, or the state.
 */
public final class Trimming {
  private Trimming() {}

  /**
   * Of what is durable here, and at all known holders.
   *
   * @param stable what all of them have
   */
  public static void trim(SpaceCore core, VersionVector stable) {
    core.branches().tail().trim(stable.meet(core.durable().frontier()));
    core.journalCut().stable(stable);
  }

  /** How many changes are held one by one. */
  public static int held(SpaceCore core) {
    return core.branches().tail().size();
  }
}
