package dev.hearsay.sim.differential;

import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;

/** Who writes, in Pekko's terms. */
final class PekkoNodes {
  private PekkoNodes() {}

  /**
   * Descending with the node: of equal times Pekko takes the write of the lower address, and
   * Hearsay that of the higher replica.
   */
  static SelfUniqueAddress descending(int node) {
    return at(3_000 - node);
  }

  /** Ascending with the node, as our replicas are. */
  static SelfUniqueAddress ascending(int node) {
    return at(3_000 + node);
  }

  private static SelfUniqueAddress at(int port) {
    return new SelfUniqueAddress(
        new UniqueAddress(new Address("pekko", "node", "127.0.0.1", port), 1L));
  }
}
