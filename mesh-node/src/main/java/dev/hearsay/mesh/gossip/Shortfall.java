package dev.hearsay.mesh.gossip;

import java.util.List;

/**
 * Why an acknowledgement did not come about.
 *
 * @param reason what kept it
 * @param had voters that have it, or answered
 * @param needed how many it takes
 * @param silent names of the voters that did not
 */
public record Shortfall(Reason reason, int had, int needed, List<String> silent) {
  /** Sorts of shortfall. */
  public enum Reason {
    /** There are fewer voters than it takes. */
    TOO_FEW_VOTERS,
    /** Too few answered in time. */
    TIMEOUT,
    /** A change of voters was not begun: too few answered in time, and nothing has changed. */
    UNCHANGED,
    /** A change of voters was begun and may come about. */
    UNDECIDED,
    /** Another change of the same space's voters is under way on this node. */
    BUSY,
    /** Voters that are called lost for good were heard a moment ago: those that are named. */
    NOT_LOST,
    /** Those that are called lost are no majority, or no voters, or are to be voters again. */
    NO_MAJORITY_LOST,
    /** This node has not listened for long enough to know who is lost; counts are in seconds. */
    TOO_EARLY,
    /** The gossip ended. */
    CLOSED
  }

  public Shortfall {
    silent = List.copyOf(silent);
  }
}
