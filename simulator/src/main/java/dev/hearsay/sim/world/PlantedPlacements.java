package dev.hearsay.sim.world;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** What nodes tell of restricted spaces where a {@link PlantedFault} is turned on. */
final class PlantedPlacements {
  private PlantedPlacements() {}

  /** What leaves a node in the place of a message. */
  static Message sent(VirtualNode node, HostPort to, Message message) {
    World world = node.world();
    VirtualNode other = world.node(world.indexOf(to));
    if (message instanceof Message.Summary summary
        && world.plants(PlantedFault.TELLS_DIGESTS_TO_OUTSIDERS)) {
      Digest total = summary.total();
      for (String space : world.places().restricted()) {
        SpaceState state = node.state(space);
        if (state != null && !world.places().belongs(space, other)) {
          total = total.plus(PlacementCheck.weight(space, state.digest()));
        }
      }
      return new Message.Summary(total);
    } else if (message instanceof Message.Frontiers frontiers
        && world.plants(PlantedFault.TELLS_FRONTIERS_TO_OUTSIDERS)) {
      List<Message.FrontierRow> rows = new ArrayList<>(frontiers.rows());
      for (String space : world.places().restricted()) {
        SpaceState state = node.state(space);
        if (state != null && rows.stream().noneMatch(row -> row.space().equals(space))) {
          rows.add(new Message.FrontierRow(space, state.frontier()));
        }
      }
      return new Message.Frontiers(rows);
    }
    return message;
  }
}
