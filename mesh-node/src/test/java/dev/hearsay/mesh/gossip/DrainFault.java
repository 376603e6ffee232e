package dev.hearsay.mesh.gossip;

/** What a node that is drained does wrong, so that the check can be seen to find it. */
enum DrainFault {
  NONE,
  /** Counts whoever is remembered to have all of it, before it has said so again. */
  COUNTS_WHAT_IS_REMEMBERED,
  /** Counts one that has the counters, whatever branch they are of. */
  COUNTS_ANOTHER_BRANCH,
  /** Counts one that has the counters, before it is known of which branch they are. */
  COUNTS_BY_COUNTERS,
  /** Does not notice that what it asks for was written anew under other dots. */
  GOES_ON_ASKING_FOR_THE_OLD_DOTS
}
