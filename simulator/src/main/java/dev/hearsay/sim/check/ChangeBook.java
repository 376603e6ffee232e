package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All changes that were ever minted, by space and replica, with what they depend on. */
final class ChangeBook {
  /**
   * What is known of a change.
   *
   * @param last counter of its last dot
   * @param past everything that it depends on
   */
  record Known(long last, VersionVector past, HybridTime time) {}

  private final Map<String, Map<ReplicaId, Steps<Known>>> spaces = new HashMap<>();

  void minted(String space, EncodedChange change, VersionVector past) {
    spaces
        .computeIfAbsent(space, name -> new HashMap<>())
        .computeIfAbsent(change.change().replica(), replica -> new Steps<>())
        .add(change.last(), new Known(change.last(), past, change.change().time()));
  }

  /** The latest change of the replica at or before the counter. */
  @Nullable Known at(String space, ReplicaId replica, long counter) {
    Steps<Known> steps = spaces.getOrDefault(space, Map.of()).get(replica);
    return steps == null ? null : steps.at(counter);
  }

  /** The change whose last dot has exactly that counter. */
  @Nullable Known ending(String space, ReplicaId replica, long counter) {
    Known known = at(space, replica, counter);
    return known != null && known.last() == counter ? known : null;
  }
}
