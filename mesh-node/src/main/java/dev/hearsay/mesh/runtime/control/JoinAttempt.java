package dev.hearsay.mesh.runtime.control;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The one cluster that a control system was told to join, or to begin. It is never told another:
 * the first may have counted it in already.
 */
final class JoinAttempt {
  private static final long MILLIS_MAX = 15_000;
  private static final long BEGIN_MILLIS_MAX = 5_000;
  private static final long NO_REPORTER_MILLIS_MAX = 1_000;
  private static final long OTHER_SEEDS_MILLIS_MIN = 1_000;

  private final boolean begins;
  private final long sinceMillis;
  private final Set<ControlAddress> destination;
  private List<ControlAddress> seeds = List.of();
  private long seedsMillis = Peer.NEVER;
  private long reportedMillis;

  private JoinAttempt(boolean begins, long now, Collection<ControlAddress> destination) {
    this.begins = begins;
    this.sinceMillis = now;
    this.reportedMillis = now;
    this.destination = new TreeSet<>(destination);
  }

  static JoinAttempt begin(long now, ControlAddress self) {
    return new JoinAttempt(true, now, List.of(self));
  }

  static JoinAttempt join(long now, Collection<ControlAddress> members) {
    return new JoinAttempt(false, now, members);
  }

  boolean begins() {
    return begins;
  }

  /** Everyone who was seen in the cluster. */
  Set<ControlAddress> destination() {
    return Collections.unmodifiableSet(destination);
  }

  /** The cluster is still there, with these members. */
  void reported(long now, Collection<ControlAddress> members) {
    reportedMillis = now;
    destination.addAll(members);
  }

  /** Whether to name these seeds: Pekko tries those it has again by itself. */
  boolean takeSeeds(long now, List<ControlAddress> next) {
    if (next.isEmpty() || next.equals(seeds) || now - seedsMillis < OTHER_SEEDS_MILLIS_MIN) {
      return false;
    }
    seeds = next;
    seedsMillis = now;
    return true;
  }

  /** It could be heard of, but not joined. */
  boolean isRefused(long now) {
    return !begins && now - sinceMillis > MILLIS_MAX;
  }

  boolean isHopeless(long now) {
    return begins
        ? now - sinceMillis > BEGIN_MILLIS_MAX
        : now - reportedMillis > NO_REPORTER_MILLIS_MAX;
  }
}
