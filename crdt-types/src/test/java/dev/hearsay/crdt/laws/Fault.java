package dev.hearsay.crdt.laws;

/** The obvious shortcuts, each of which breaks a law. */
enum Fault {
  /** All atoms of a change share its one dot. */
  ONE_DOT_PER_CHANGE,
  /** Adding an element that is there already writes nothing. */
  FRESH_ATOM_SKIPPED,
  /** A reset remembers the value it saw, and reads subtract it. */
  RESET_BY_SCALAR,
  /** A reset drops the counts it saw. */
  RESET_BY_DROPPING_COUNTS,
  /** Of several bases the one with the highest total counts, not that of the latest count. */
  BASE_BY_HIGHEST_TOTAL,
  /** As before, and the owner of a count goes on from what it remembers of its own total. */
  RESET_BY_DROPPING_COUNTS_AND_REMEMBERING,
  /** A count is a node's, which goes on under its next replica from what it had seen of it. */
  COUNT_BY_NODE,
  /** A deletion drops a counter's atoms, where a reset would do. */
  DELETION_DROPS_COUNTS,
  /** A clear drops whatever its receiver holds, seen by its author or not. */
  CLEAR_BY_RECEIVERS_FRONTIER,
  /** A removal of a range of keys drops whatever its receiver holds there. */
  RANGE_BY_RECEIVERS_FRONTIER,
  /** A deletion of a prefix drops whatever its receiver holds there. */
  PREFIX_BY_RECEIVERS_FRONTIER,
  /** A removal of a range also drops what its own transaction put there afterwards. */
  RANGE_SWALLOWS_OWN_PUTS,
  /** A trim by time also takes earlier entries that its author had not seen. */
  LOG_TRIMMED_BY_TIME_ALONE,
  /** A trim says how many entries to keep, and its receiver keeps that many of its own. */
  LOG_TRIMMED_BY_RECEIVERS_COUNT,
  /** A deleted name is remembered; what is written under it is not seen again. */
  DELETION_BY_NAME,
  /** A name has a number that each deletion raises; what bears a lower one is gone. */
  DELETION_BY_EPOCH,
  /** A clear after a state transfer reaches only as far as what its change itself names. */
  PAST_NOT_TRANSFERRED,
  /** A change applies as soon as it is the next of its replica. */
  DEPENDENCIES_IGNORED,
  /** A change that is there already applies again. */
  DUPLICATES_APPLIED,
  /** A change need not continue the branch that is here. */
  PREVIOUS_HASH_IGNORED,
  /** A change is compared with the one that is here under its dot, and with nothing before. */
  ONLY_EQUAL_DOTS_COMPARED,
  /** Atoms of a diff enter beyond the frontier at which it was asked for, not the one of now. */
  SHIPPED_ENTER_AT_BASE,
  /** Atoms at or below the base stay, whether they still live at the sender or not. */
  LIVING_DOTS_IGNORED,
  /** Atoms between the base and the sender's frontier stay, shipped or not. */
  UNSHIPPED_STAY,
  /** A join drops what the sender does not have, also what it has not seen. */
  JOIN_TAKES_SENDERS_STATE,
  /** A write under a key drops what it has seen there by time, not by dot. */
  OLDER_WRITES_VANISH,
  /** A register shows the latest of its siblings alone. */
  ONLY_THE_LATEST_SIBLING,
  /** A claim drops weaker ones, seen by its author or not. */
  STRONGER_CLAIM_DROPS_UNSEEN,
  /** A claim weaker than what its author sees takes its place. */
  WEAKER_CLAIM_ACCEPTED,
  /** A flag is a boolean whose latest write counts. */
  FLAG_BY_LATEST_WRITE,
  /** A replica is left out of frontiers as long as no atom is its own. */
  IDLE_REPLICAS_FORGOTTEN,
  /** After a state transfer the latest time is that of the atoms, and not that of changes. */
  LATEST_FROM_ATOMS,
  /** The digest covers atoms alone. */
  DIGEST_WITHOUT_FRONTIER,
  /** Of log entries that concurrent writers gave one time, whichever came first stands first. */
  LOG_IN_ORDER_OF_ARRIVAL
}
