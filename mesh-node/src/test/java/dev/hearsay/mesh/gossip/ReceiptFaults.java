package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.SpaceCore;
import java.util.ArrayList;
import java.util.List;

/** What a {@link VirtualNode} with a planted fault does with what it receives. */
final class ReceiptFaults {
  private ReceiptFaults() {}

  /** The changes, without what a fault forgets. */
  static List<EncodedChange> forgotten(
      VirtualMesh mesh, VirtualNode node, SpaceCore core, Effect.Deliver deliver) {
    List<EncodedChange> changes = new ArrayList<>(deliver.changes());
    if (mesh.fault == PlantedFault.FORGETS_RECEIVED_CHANGES && !changes.isEmpty()) {
      EncodedChange forgotten = changes.remove(0);
      VersionVector without = core.durable().frontier();
      node.run(
          node.gossip()
              .published(
                  deliver.space(),
                  without.with(forgotten.change().replica(), forgotten.last()),
                  core.durable().digest(),
                  List.of(),
                  List.of(),
                  mesh.nowMillis()));
    }
    return changes;
  }

  static void showHeldBack(
      VirtualMesh mesh,
      VirtualNode node,
      SpaceCore core,
      Effect.Deliver deliver,
      List<EncodedChange> changes) {
    if (mesh.fault == PlantedFault.SHOWS_WHAT_IS_HELD_BACK && core.heldBack() > 0) {
      VersionVector frontier = core.durable().frontier();
      for (EncodedChange change : changes) {
        frontier = frontier.with(change.change().replica(), change.last());
      }
      mesh.oracle.checkCausal(node.address().toString(), deliver.space(), frontier);
    }
  }
}
