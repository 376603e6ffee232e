package dev.hearsay.sim.sessions;

/** One thing that is wrong with what a node holds. */
public record Finding(Kind kind, String node, String session, String what) {

  /** The ways in which memory can be wrong. */
  public enum Kind {
    /** Acknowledged, and not there. */
    LOST,
    /** There more than once. */
    DUPLICATED,
    /** There, but not what the recording says. */
    ALTERED,
    /** There, and in no recording. */
    FOREIGN,
    /** A counter, set, register or map that the recording contradicts. */
    WRONG_FIELD,
    /** Ordered before, visible without, or written without something its writer had seen. */
    CAUSAL,
    /** Fields of one atomic change that were seen to disagree. */
    HALF_VISIBLE,
    /** Two nodes hold different memory. */
    DIVERGED
  }

  @Override
  public String toString() {
    return kind + " on " + node + " in " + session + ": " + what;
  }
}
