package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;

/**
 * Key and order of a log's entries: hybrid logical time, then the dot.
 *
 * @param time packed, see {@link HybridTime#packed()}
 */
public record LogKey(long time, ReplicaId replica, long counter)
    implements Key, Comparable<LogKey> {
  @Override
  public int compareTo(LogKey other) {
    int byTime = Long.compare(time, other.time);
    if (byTime != 0) {
      return byTime;
    }
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica : Long.compare(counter, other.counter);
  }
}
