package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The votes of this node that are being written into the catalogue: one at a time for each peer and
 * space, and so many in all. A peer that asks for more before it has an answer gets none to that,
 * and asks again; so nobody can fill the catalogue's queue. Not thread-safe.
 */
final class VotesUnderWay {
  /** Most votes that are written at a time. */
  static final int VOTES_MAX = 1_000;

  /** One that has come to nothing, because the catalogue refused it, is not waited for longer. */
  static final long MILLIS_MAX = 3_000;

  private record Vote(HostPort from, String space) {}

  private final Map<Vote, Long> since = new LinkedHashMap<>();
  private final Traffic traffic;

  VotesUnderWay(Traffic traffic) {
    this.traffic = traffic;
  }

  /** Whether a vote for the peer may be written now. */
  boolean begins(HostPort from, String space, long nowMillis) {
    since.values().removeIf(before -> nowMillis - before >= MILLIS_MAX);
    boolean may =
        since.size() < VOTES_MAX && since.putIfAbsent(new Vote(from, space), nowMillis) == null;
    if (!may) {
      traffic.forgot(Bound.VOTES, 1);
    }
    return may;
  }

  /** It is written. */
  void ended(HostPort from, String space) {
    since.remove(new Vote(from, space));
  }
}
