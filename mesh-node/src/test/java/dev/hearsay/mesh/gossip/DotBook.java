package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import java.util.HashMap;
import java.util.Map;

/** Whoever writes a branch anew does so under a replica that has never written. */
final class DotBook {
  private final Map<String, HostPort> writers = new HashMap<>();

  void minted(String space, EncodedChange change, HostPort by) {
    writers.put(space + " " + change.change().replica(), by);
  }

  void moved(String space, ReplicaId to, ReplicaHead head, HostPort by) {
    HostPort before = writers.put(space + " " + to, by);
    if (before != null) {
      throw new MeshOracle.Violation(
          by + " writes anew as " + to + " up to " + head.counter() + ", as " + before + " did");
    }
  }
}
