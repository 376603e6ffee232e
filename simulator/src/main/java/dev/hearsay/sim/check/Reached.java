package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;

/**
 * A frontier that is asked about many dots: a table in the place of a search in order. Open
 * addressing, half empty at most.
 */
final class Reached {
  private final VersionVector frontier;
  private final long[] replicas;
  private final long[] counters;
  private final int mask;

  Reached(VersionVector frontier) {
    this.frontier = frontier;
    int size = Integer.highestOneBit(Math.max(4, 4 * frontier.size()));
    replicas = new long[size];
    counters = new long[size];
    mask = size - 1;
    for (int i = 0; i < frontier.size(); i++) {
      long replica = frontier.replicaAt(i).value();
      int at = place(replica);
      while (counters[at] != 0) {
        at = (at + 1) & mask;
      }
      replicas[at] = replica;
      counters[at] = frontier.counterAt(i);
    }
  }

  private int place(long replica) {
    return (int) ((replica * 0x9E3779B97F4A7C15L) >>> 32) & mask;
  }

  /** Whether it was made of that very object. */
  @SuppressWarnings("ReferenceEquality") // to compare them would cost what is saved
  boolean isOf(VersionVector other) {
    return frontier == other;
  }

  VersionVector frontier() {
    return frontier;
  }

  /** The replica's counter; 0 if it has none. */
  long counter(ReplicaId replica) {
    long value = replica.value();
    int at = place(value);
    while (counters[at] != 0) {
      if (replicas[at] == value) {
        return counters[at];
      }
      at = (at + 1) & mask;
    }
    return 0;
  }

  boolean covers(Dot dot) {
    return counter(dot.replica()) >= dot.counter();
  }
}
