package dev.hearsay.sim.world;

/**
 * Something that virtual nodes can be made to do wrong, so that the simulator can be seen to find
 * it. Only tests and the command that writes the table of them turn one on.
 */
enum PlantedFault {
  NONE(""),
  SHOWS_WHAT_IS_HELD_BACK("readers see changes before what they depend on"),
  SHOWS_HALF_A_CHANGE("readers see the first field of a change before the others"),
  SHOWS_AN_OLDER_STATE("readers see a state from before the newest one"),
  ACKNOWLEDGES_BEFORE_THE_FSYNC("a write is acknowledged before it is forced to the disk"),
  JOURNALS_NOTHING("the journal says that it wrote, and did not"),
  CUTS_AT_THE_NEWEST_SNAPSHOT("the journal is cut at the newest snapshot, not at the oldest kept"),
  FORGETS_DROPS("what a change of a peer drops is left out"),
  FORGETS_RECEIVED_CHANGES("a change is told as received and is not applied"),
  REUSES_DOTS("a node starts again under the incarnation that it had"),
  SERVES_BELOW_THE_FLOOR("changes are served one by one where some are not held any more"),
  LOSES_A_FRAGMENT("of a large message the second packet is lost"),
  LOSES_A_PIECE("a piece of a transfer is passed over"),
  ADVERTISES_BEFORE_THE_COMMIT("a transfer's frontier is told before its commit record"),
  JOINS_WITHOUT_THE_COMMIT("after a restart a transfer is joined that was not committed"),
  NEVER_STOPS_TALKING("a node asks on and on although nothing is missing"),
  COUNTS_WHO_IS_THERE("a quorum is counted over the nodes in reach"),
  VOTES_BEFORE_THE_FSYNC("a voter acknowledges what its journal does not hold yet"),
  SPEAKS_AFTER_LOSING_ITS_DISK("a voter that lost data acknowledges at once"),
  READS_WITHOUT_ASKING("a quorum read answers with what the node has"),
  WRITES_A_RETRY_TWICE("the operation id of a retry is not looked up"),
  HOLDS_BACK_FOR_EVER("what came early is never let go of");

  private final String what;

  PlantedFault(String what) {
    this.what = what;
  }

  /** What is wrong, in one line. */
  String what() {
    return what;
  }
}
