package dev.hearsay.mesh;

/** What went wrong, and whether the operation may still take effect. */
public enum ErrorCode {
  /**
   * A name of a node, agent, space or field is empty, too long, reserved, or holds control
   * characters.
   */
  INVALID_NAME(true),
  /** An address is not {@code host:port}. */
  INVALID_ADDRESS(true),
  /** A setting is missing or contradicts another. */
  INVALID_CONFIGURATION(true),
  /** The field exists under another type. */
  TYPE_CONFLICT(true),
  /** The field holds values that are not of the class it was opened with. */
  VALUE_TYPE_MISMATCH(true),
  /** The class or value cannot be mapped onto Hearsay's canonical values. */
  VALUE_UNSUPPORTED(true),
  /** A name, value, change or space is over its limit. */
  LIMIT_EXCEEDED(true),
  /** A counter's total is beyond what can be counted or read. */
  COUNTER_OVERFLOW(true),
  /** The register holds a value of higher confidence; nothing was written. */
  OUTWEIGHED(true),
  /** A write was tried on a snapshot, or on a transaction that has ended. */
  READ_ONLY(true),
  /** A write or a wait was tried from inside a transaction. */
  NESTED_UPDATE(true),
  /** The node is closed or closing; nothing was written. */
  NODE_CLOSED(true),
  /** Too many writes are waiting for the journal; nothing was written. */
  OVERLOADED(true),
  /**
   * This node's clock is too far off the median of its peers' clocks; nothing was written. It
   * writes again as soon as the clock is right.
   */
  CLOCK_OFF(true),
  /** Another process uses the data directory. */
  DATA_DIRECTORY_IN_USE(true),
  /** The data directory is not a directory, is not writable, or belongs to something else. */
  DATA_DIRECTORY_UNUSABLE(true),
  /** The address to listen on is taken. */
  ADDRESS_IN_USE(true),
  /** The frontier was not reached in time; waiting again is harmless. */
  FRONTIER_TIMEOUT(true),
  /** The node may not hold the space, and access through one that may is refused. */
  SPACE_NOT_HELD(true),
  /** The space lives elsewhere than where it was to be opened. */
  PLACEMENT_CONFLICT(true),
  /** No node that holds the space answered in time; nothing was written. */
  NO_HOLDER(true),
  /** Not everything was on enough other nodes in time; waiting again is harmless. */
  DRAIN_TIMEOUT(true),
  /** The journal of a space cannot be read back. */
  JOURNAL_UNREADABLE(true),
  /** The journal refused the change before writing (for example, no space left). */
  JOURNAL_REFUSED(true),
  /** The journal failed or the node closed while writing: the change may or may not be there. */
  WRITE_UNCONFIRMED(false),
  /** The space has fewer voters than the acknowledgement takes; nothing was written. */
  TOO_FEW_VOTERS(true),
  /** Too few voters answered in time; reading again is harmless. */
  READ_TIMEOUT(true),
  /**
   * Too few voters had the change durable in time. It is in this node's journal and spreads; a
   * repetition under the same operation id has no second effect.
   */
  ACKNOWLEDGEMENT_TIMEOUT(false),
  /** Too few voters of the old or the new list answered; the voters have not changed. */
  VOTERS_UNCHANGED(true),
  /** The change of voters was begun and may come in force; trying again is harmless. */
  VOTERS_UNDECIDED(false),
  /** The fork of a space cannot be ended like that, or there is none; the message says why. */
  FORK_UNRESOLVED(true),
  /** Something that should not happen did; the message and cause say what. */
  INTERNAL(false);

  private final boolean definite;

  ErrorCode(boolean definite) {
    this.definite = definite;
  }

  /** True if the operation had no effect and never will; false if it may have, or may still. */
  public boolean isDefinite() {
    return definite;
  }
}
