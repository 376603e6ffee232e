package dev.hearsay.sim.check;

import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What nodes count as durable on their disks, by space, whether they run or not. */
final class Disks {
  private final Map<String, Map<String, VersionVector>> spaces = new HashMap<>();

  private final Map<String, Map<String, VersionVector>> ever = new HashMap<>();

  void durable(String node, String space, VersionVector frontier) {
    ever.computeIfAbsent(space, name -> new HashMap<>()).merge(node, frontier, VersionVector::join);
    spaces
        .computeIfAbsent(space, name -> new HashMap<>())
        .merge(node, frontier, VersionVector::join);
  }

  /** Nothing on the node's disk counts any more. */
  void damaged(String node) {
    spaces.values().forEach(disks -> disks.remove(node));
  }

  /** The node's disk holds nothing of the space any more. */
  void purged(String node, String space) {
    spaces.getOrDefault(space, new HashMap<>()).remove(node);
  }

  /** The spaces that any disk ever held. */
  Set<String> spaces() {
    return spaces.keySet();
  }

  /** All that some disk holds. */
  VersionVector survivors(String space) {
    return spaces.getOrDefault(space, Map.of()).values().stream()
        .reduce(VersionVector.EMPTY, VersionVector::join);
  }

  /** All that the disks of these nodes hold. */
  VersionVector on(Set<String> nodes, String space) {
    return spaces.getOrDefault(space, Map.of()).entrySet().stream()
        .filter(each -> nodes.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .reduce(VersionVector.EMPTY, VersionVector::join);
  }

  /** All that the disk of any other node ever held. */
  VersionVector everElsewhere(String node, String space) {
    return ever.getOrDefault(space, Map.of()).entrySet().stream()
        .filter(each -> !each.getKey().equals(node))
        .map(Map.Entry::getValue)
        .reduce(VersionVector.EMPTY, VersionVector::join);
  }
}
