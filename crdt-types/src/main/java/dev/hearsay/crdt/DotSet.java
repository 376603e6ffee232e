package dev.hearsay.crdt;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of dots: a compressed bitmap of counters for each replica. Immutable. */
public final class DotSet {
  public static final DotSet EMPTY = new DotSet(Collections.emptySortedMap());

  private final SortedMap<ReplicaId, CounterSet> counters;

  private DotSet(SortedMap<ReplicaId, CounterSet> counters) {
    this.counters = counters;
  }

  public boolean contains(ReplicaId replica, long counter) {
    return counters(replica).contains(counter);
  }

  /** The counters of the dots of that replica. */
  public CounterSet counters(ReplicaId replica) {
    return counters.getOrDefault(replica, CounterSet.EMPTY);
  }

  /** How many dots. */
  public long size() {
    long size = 0;
    for (CounterSet set : counters.values()) {
      size += set.size();
    }
    return size;
  }

  /** True if every dot is covered by the vector. */
  public boolean isCoveredBy(VersionVector vector) {
    for (Map.Entry<ReplicaId, CounterSet> entry : counters.entrySet()) {
      if (!vector.covers(entry.getKey(), entry.getValue().highest())) {
        return false;
      }
    }
    return true;
  }

  /** Collects dots in any order. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<ReplicaId, CounterSet.Builder> dots = new TreeMap<>();

    // Most dots are of the replica of the one before.
    private @Nullable ReplicaId lastReplica;
    private CounterSet.Builder last = new CounterSet.Builder();

    public void add(ReplicaId replica, long counter) {
      if (!replica.equals(lastReplica)) {
        last = dots.computeIfAbsent(replica, r -> new CounterSet.Builder());
        lastReplica = replica;
      }
      last.add(counter);
    }

    /** The set; this builder is of no use afterwards. */
    public DotSet build() {
      SortedMap<ReplicaId, CounterSet> counters = new TreeMap<>();
      dots.forEach((replica, builder) -> counters.put(replica, builder.build()));
      return of(counters);
    }
  }

  /** The dots of those replicas. */
  public static DotSet of(Map<ReplicaId, CounterSet> counters) {
    SortedMap<ReplicaId, CounterSet> some = new TreeMap<>(counters);
    some.values().removeIf(CounterSet::isEmpty);
    return some.isEmpty() ? EMPTY : new DotSet(some);
  }
}
