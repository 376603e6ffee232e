package dev.hearsay.mesh.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts what others can bring this node to say in its log, so that nobody can fill it: of the same
 * kind about the same peer, or space, only the 1st, 2nd, 4th, 8th … is said. Bounded: beyond {@link
 * #ABOUT_MAX} they count together. Thread-safe.
 */
final class Notices {
  /** Most peers and spaces that are told apart, of all kinds together. */
  static final int ABOUT_MAX = 10_000;

  /** What is said. */
  enum Kind {
    /** A peer holds another branch of a space. */
    ANOTHER_BRANCH,
    /** A branch of this node's is written anew. */
    WRITTEN_ANEW,
    /** Branches wait for an operator. */
    OPERATOR,
    /** Writes of this node come back. */
    RETURNED,
    /** This node was running under another incarnation. */
    FORMER,
    /** Equal frontiers, unequal content. */
    DIVERGED,
    /** Two processes are the same node. */
    TWINS,
    /** A clock is off. */
    CLOCK,
    /** A voter is of an older version. */
    OLDER_VOTER,
    /** A peer of an older version does not take the state that it lacks. */
    OLDER_PEER,
    /** The catalogue did not take a vote. */
    VOTE,
    /** Voters that cannot be read. */
    VOTERS,
    /** A placement that cannot be read. */
    PLACEMENT,
    /** The journal cannot be read for a peer. */
    JOURNAL
  }

  private record Key(Kind kind, String about) {}

  private final Map<Key, Long> counts = new HashMap<>();

  /**
   * Counts it.
   *
   * @param about the peer or space; empty if it is about this node
   * @return how often it was by now, and whether that is worth a line
   */
  synchronized TrafficBook.Tally tally(Kind kind, String about) {
    Key key = new Key(kind, about);
    if (counts.size() >= ABOUT_MAX && !counts.containsKey(key)) {
      key = new Key(kind, "");
    }
    TrafficBook.Tally tally = TrafficBook.Tally.of(counts.getOrDefault(key, 0L), 1);
    counts.put(key, tally.count());
    return tally;
  }

  /** Counts it; whether that is worth a line. */
  boolean isDue(Kind kind, String about) {
    return tally(kind, about).isDue();
  }
}
