package dev.hearsay.sim.world;

import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;

/** States on their way in and out of virtual nodes, as production has them. */
final class Transfers {
  private Transfers() {}

  /** The head of a transfer has come. */
  static StagingReport begin(VirtualSpace space, VirtualNode node, Effect.DeliverHead deliver) {
    byte[] bytes = PlantedFaults.taken(space, node, deliver.head());
    StateDiff head = DiffFormat.decode(bytes);
    PlantedFaults.advertised(space, node, head);
    return space
        .ready()
        .begin(
            new SpaceEvent.Begun(
                deliver.offer().transfer(),
                deliver.offer().resumes(),
                deliver.offer().elements(),
                head,
                new EncodedDiff(bytes)));
  }

  /** A piece of a transfer has come. */
  static StagingReport stage(World world, SpaceCore core, Effect.DeliverPiece deliver) {
    byte[] bytes = deliver.piece().piece().unsafe();
    long from = PlantedFaults.place(world, core, deliver.piece().from());
    if (from < 0) {
      return PlantedFaults.lost(core, deliver.piece());
    }
    return core.stage(
        new SpaceEvent.Staged(
            deliver.piece().transfer(), DiffFormat.decode(bytes), new EncodedDiff(bytes)),
        from);
  }

  /** Pieces of a frozen state are read. */
  static void read(VirtualNode node, Effect.ReadState read) {
    node.run(
        node.gossip()
            .read(
                read.space(),
                read.to(),
                read.transfer(),
                read.state().read(read.from(), read.bytesMax()),
                node.world().nowMillis()));
  }

  /** A space has answered a peer; to freeze a state takes a while. */
  static void served(VirtualNode node, String space, HostPort to, RepairAnswer answer) {
    if (answer instanceof RepairAnswer.Changes changes) {
      node.run(
          node.gossip()
              .served(space, to, changes.changes(), changes.more(), node.world().nowMillis()));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      node.later(10 * VirtualNode.ACTOR_NANOS, () -> frozen(node, space, to, difference));
    }
  }

  private static void frozen(
      VirtualNode node, String space, HostPort to, RepairAnswer.Difference difference) {
    OutgoingState state =
        new OutgoingState(difference.state(), difference.base(), difference.baseHashes());
    node.run(
        node.gossip().served(space, to, state, difference.resumes(), node.world().nowMillis()));
  }
}
