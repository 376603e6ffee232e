package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Effect;

/** What virtual nodes report of themselves and of each other. */
final class Reports {
  private Reports() {}

  /** Nodes that are at one frontier and differ are a finding, where there are no branches. */
  static void of(VirtualNode node, Effect.Report report) {
    World world = node.world();
    switch (report.event()) {
      case DIVERGED -> {
        node.note("reports " + report);
        if (!world.expectsForks()) {
          world.violated(
              "digests", node.name(), "equal frontiers, unequal content: " + report.detail());
        }
      }
      case PEER_UNREACHABLE, PEER_REACHABLE, TRANSFER_JOINED, TRANSFER_REFUSED ->
          world.note(node.name() + ": " + report.event() + " " + report.peer().host());
      default -> {}
    }
  }
}
