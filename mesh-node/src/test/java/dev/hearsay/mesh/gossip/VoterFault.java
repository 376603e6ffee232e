package dev.hearsay.mesh.gossip;

/** What voters do wrong, so that the check can be seen to find it. */
enum VoterFault {
  NONE,
  /** Acknowledges what is not in the journal yet. */
  ACKNOWLEDGES_BEFORE_THE_JOURNAL,
  /** Acknowledges what has come and cannot be applied yet. */
  ACKNOWLEDGES_WHAT_IS_HELD_BACK,
  /** Counts the nodes that it reaches instead of the voters. */
  COUNTS_WHO_IS_THERE,
  /** Speaks as a voter right after it lost its disk. */
  SPEAKS_AFTER_LOSING_ITS_DISK,
  /** Puts a new list in force without asking the old voters. */
  CHANGES_WITHOUT_THE_OLD_MAJORITY,
  /** Counts only the settled list while another is pending. */
  COUNTS_ONLY_THE_OLD_LIST,
  /** Counts whoever has the counter, whatever branch it is of. */
  COUNTS_OTHER_BRANCHES,
  /** Reads from whoever has the counters, and changes voters so, whatever branch they are of. */
  READS_OTHER_BRANCHES,
  /** Puts a list without lost voters in force before it has what the others have. */
  REPLACES_WITHOUT_PULLING,
  /** Votes for whatever it is asked for. */
  VOTES_FOR_EVERYTHING
}
