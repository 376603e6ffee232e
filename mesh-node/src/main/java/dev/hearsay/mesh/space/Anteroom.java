package dev.hearsay.mesh.space;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What peers have brought to a space before the chains were compared with them. Bounded: of a peer,
 * and in all; what has no room is dropped, and repair brings it again. Not thread-safe.
 */
final class Anteroom {
  /** Most deliveries of one peer. */
  static final int PER_PEER_MAX = 64;

  /** Most deliveries in all. */
  static final int COUNT_MAX = 1_024;

  /** Most bytes in all. */
  static final long BYTES_MAX = 8L << 20;

  private record Delivery(long bytes, Consumer<Boolean> then) {}

  private final Map<HostPort, Deque<Delivery>> waiting = new HashMap<>();
  private int count;
  private long bytes;
  private final Map<HostPort, Integer> dropped = new TreeMap<>();

  boolean isEmpty() {
    return count == 0;
  }

  /** How many wait of that peer. */
  int of(HostPort peer) {
    Deque<Delivery> deliveries = waiting.get(peer);
    return deliveries == null ? 0 : deliveries.size();
  }

  /**
   * Keeps a delivery; the oldest of the same peer go where there is no room.
   *
   * @param then told true when it may be taken, false if it is dropped
   */
  void add(HostPort peer, long size, Consumer<Boolean> then) {
    while (of(peer) >= PER_PEER_MAX || (!hasRoom(size) && of(peer) > 0)) {
      drop(peer, removeFirst(peer));
    }
    if (!hasRoom(size)) {
      drop(peer, new Delivery(size, then));
      return;
    }
    waiting.computeIfAbsent(peer, p -> new ArrayDeque<>()).addLast(new Delivery(size, then));
    count++;
    bytes += size;
  }

  private boolean hasRoom(long size) {
    return count < COUNT_MAX && bytes + size <= BYTES_MAX;
  }

  private Delivery removeFirst(HostPort peer) {
    Deque<Delivery> deliveries = Objects.requireNonNull(waiting.get(peer));
    Delivery first = deliveries.removeFirst();
    if (deliveries.isEmpty()) {
      waiting.remove(peer);
    }
    count--;
    bytes -= first.bytes();
    return first;
  }

  private void drop(HostPort peer, Delivery delivery) {
    dropped.merge(peer, 1, Integer::sum);
    delivery.then().accept(false);
  }

  /** Lets go of what waits of the peer. */
  void release(HostPort peer, boolean take) {
    // One by one: what is taken may bring the peer to be asked, and more to wait.
    for (int left = of(peer); left > 0 && of(peer) > 0; left--) {
      Delivery first = removeFirst(peer);
      if (take) {
        first.then().accept(true);
      } else {
        drop(peer, first);
      }
    }
  }

  /** How many were dropped since this was last asked, by peer. */
  Map<HostPort, Integer> takeDropped() {
    if (dropped.isEmpty()) {
      return Map.of();
    }
    Map<HostPort, Integer> taken = new TreeMap<>(dropped);
    dropped.clear();
    return taken;
  }
}
