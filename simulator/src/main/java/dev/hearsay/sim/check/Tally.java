package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/** Sums of what replicas' changes add, at any frontier. */
final class Tally {
  private final Map<ReplicaId, Steps<Long>> replicas = new HashMap<>();

  /** Adds to what the replica has added before. */
  void add(Dot change, long amount) {
    Steps<Long> steps = replicas.computeIfAbsent(change.replica(), r -> new Steps<>());
    Long before = steps.last();
    steps.add(change.counter(), Math.addExact(before == null ? 0 : before, amount));
  }

  /** What the replica's changes up to the counter add. */
  long upTo(ReplicaId replica, long counter) {
    Steps<Long> steps = replicas.get(replica);
    return steps == null ? 0 : steps.at(counter, Long::longValue);
  }

  /** What all changes that the frontier covers add. O(replicas). */
  long at(Reached frontier) {
    long sum = 0;
    for (Map.Entry<ReplicaId, Steps<Long>> entry : replicas.entrySet()) {
      sum =
          Math.addExact(
              sum, entry.getValue().at(frontier.counter(entry.getKey()), Long::longValue));
    }
    return sum;
  }

  /** The replicas that have added anything. */
  Iterable<ReplicaId> replicas() {
    return replicas.keySet();
  }
}
