package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What peers brought that is with spaces here and not yet dealt with, in bytes: of each peer and of
 * all together, both bounded. Not thread-safe.
 */
final class Loads {
  /** Of one peer. */
  private static final class Load {
    long bytes;
    final Map<String, Long> bySpace = new HashMap<>();
  }

  private final long peerMax;
  private final long allMax;
  private final Map<HostPort, Load> byPeer = new HashMap<>();
  private long bytes;

  /** Nothing is with any space. */
  Loads(long peerMax, long allMax) {
    this.peerMax = peerMax;
    this.allMax = allMax;
  }

  /** Whether there is room for so much more of the peer. */
  boolean fits(HostPort from, long weight) {
    Load load = byPeer.get(from);
    // One is always taken, however large, so that nothing waits for a room that cannot be.
    return load == null || (load.bytes + weight <= peerMax && bytes + weight <= allMax);
  }

  /** So much of the peer is with a space from now on. */
  void given(String space, HostPort from, long weight) {
    Load load = byPeer.computeIfAbsent(from, key -> new Load());
    load.bytes += weight;
    load.bySpace.merge(space, weight, Long::sum);
    bytes += weight;
  }

  /** So much of it is dealt with. */
  void done(String space, HostPort from, long weight) {
    Load load = byPeer.get(from);
    Long held = load == null ? null : load.bySpace.get(space);
    if (held != null) {
      take(load, from, space, Math.min(held, weight));
    }
  }

  /** Whatever was with the space is not any more. */
  void reset(String space) {
    for (HostPort from : List.copyOf(byPeer.keySet())) {
      done(space, from, Long.MAX_VALUE);
    }
  }

  private void take(Load load, HostPort from, String space, long weight) {
    load.bySpace.merge(space, -weight, Long::sum);
    load.bySpace.remove(space, 0L);
    load.bytes -= weight;
    bytes -= weight;
    if (load.bySpace.isEmpty()) {
      byPeer.remove(from);
    }
  }

  /** Of that peer. */
  long of(HostPort peer) {
    Load load = byPeer.get(peer);
    return load == null ? 0 : load.bytes;
  }

  /** Of all. */
  long all() {
    return bytes;
  }
}
