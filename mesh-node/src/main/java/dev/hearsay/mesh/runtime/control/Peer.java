package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Formation} knows of one data address. Times are milliseconds of its caller's clock.
 */
final class Peer {
  static final long NEVER = Long.MIN_VALUE / 4;

  /** What was heard longer ago than this decides nothing. */
  static final long FRESH_MILLIS = 3_000;

  /** A peer that was silent for longer is probed at {@link ProbePace}. */
  static final long LIVELY_MILLIS = 5_000;

  /** For so long a message of an earlier process may still arrive after one of a later process. */
  static final long STRAGGLER_MILLIS = 10_000;

  private final HostPort address;
  private final boolean configured;
  private final long learnedMillis;
  private @Nullable Hello hello;
  private long heardMillis = NEVER;
  private long sentMillis = NEVER;
  private long oneSidedSinceMillis = NEVER;

  Peer(HostPort address, boolean configured, long learnedMillis) {
    this.address = address;
    this.configured = configured;
    this.learnedMillis = learnedMillis;
  }

  HostPort address() {
    return address;
  }

  /** The last message, fresh or not. */
  @Nullable Hello hello() {
    return hello;
  }

  /** Takes a message in, unless it is older than what is known. */
  boolean accept(long nowMillis, Hello next) {
    if (hello != null && isOlder(nowMillis, next, hello)) {
      return false;
    }
    if (!isFresh(nowMillis)) {
      oneSidedSinceMillis = NEVER;
    }
    hello = next;
    heardMillis = nowMillis;
    return true;
  }

  private boolean isOlder(long nowMillis, Hello next, Hello last) {
    if (next.incarnation() == last.incarnation()) {
      return next.sequence() <= last.sequence();
    }
    return next.generation() < last.generation() && nowMillis - heardMillis < STRAGGLER_MILLIS;
  }

  boolean isFresh(long nowMillis) {
    return nowMillis - heardMillis <= FRESH_MILLIS;
  }

  long silentMillis(long nowMillis) {
    return nowMillis - heardMillis;
  }

  boolean isLively(long nowMillis) {
    return nowMillis - heardMillis <= LIVELY_MILLIS;
  }

  /** The last message if it is fresh and the link works both ways; null if not. */
  @Nullable Hello usable(long nowMillis) {
    Hello last = hello;
    return last != null
            && isFresh(nowMillis)
            && last.hearsYou()
            && last.kind() != Hello.Kind.GOODBYE
        ? last
        : null;
  }

  void sent(long nowMillis) {
    sentMillis = nowMillis;
  }

  long sentMillis() {
    return sentMillis;
  }

  /** For how long this cluster and the peer's have disagreed on who is a member. */
  long oneSidedMillis(long nowMillis, boolean oneSided) {
    if (!oneSided) {
      oneSidedSinceMillis = NEVER;
      return 0;
    }
    if (oneSidedSinceMillis == NEVER) {
      oneSidedSinceMillis = nowMillis;
    }
    return nowMillis - oneSidedSinceMillis;
  }

  /** Whether nothing was heard here for so long that the address may be forgotten. */
  boolean isForgotten(long nowMillis, Patience patience) {
    return !configured
        && (wasHeard()
            ? nowMillis - heardMillis > patience.goneMillis()
            : nowMillis - learnedMillis > patience.unheardMillis());
  }

  boolean wasHeard() {
    return heardMillis != NEVER;
  }

  /** Whether it is there because others named it, and has not said anything itself. */
  boolean isHearsay() {
    return !configured && !wasHeard();
  }

  /** Whether one that speaks may have its place. */
  boolean givesWay(long nowMillis) {
    return !configured && !isLively(nowMillis);
  }

  /** When it was last known to be there. */
  long lastMillis() {
    return Math.max(heardMillis, learnedMillis);
  }
}
