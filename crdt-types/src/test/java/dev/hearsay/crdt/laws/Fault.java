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
  /** A clear drops whatever its receiver holds, seen by its author or not. */
  CLEAR_BY_RECEIVERS_FRONTIER,
  /** A clear after a state transfer reaches only as far as what its change itself names. */
  PAST_NOT_TRANSFERRED,
  /** A change applies as soon as it is the next of its replica. */
  DEPENDENCIES_IGNORED,
  /** A change that is there already applies again. */
  DUPLICATES_APPLIED,
  /** A change need not continue the branch that is here. */
  PREVIOUS_HASH_IGNORED,
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
  /** The digest covers atoms alone. */
  DIGEST_WITHOUT_FRONTIER,
  /** Of log entries that concurrent writers gave one time, whichever came first stands first. */
  LOG_IN_ORDER_OF_ARRIVAL
}
