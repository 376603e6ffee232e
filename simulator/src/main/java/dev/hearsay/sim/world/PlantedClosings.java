package dev.hearsay.sim.world;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** What nodes do wrong with closed vectors where a {@link PlantedFault} is turned on. */
final class PlantedClosings {
  private PlantedClosings() {}

  /** What a node takes a message for. */
  static Message heard(VirtualNode node, Message message) {
    World world = node.world();
    if (!(message instanceof Message.Closed closed)) {
      return message;
    } else if (world.plants(PlantedFault.DROPS_A_CLOSED_ENTRY)) {
      return heard(node, closed, (vector, open) -> withoutOne(vector.vector()).join(open));
    } else if (world.plants(PlantedFault.TAKES_CLOSED_REPLICAS_FOR_SILENT)) {
      return heard(node, closed, PlantedClosings::asClosed);
    }
    return message;
  }

  private static Message heard(
      VirtualNode node, Message.Closed closed, ClosedMessages.Opening opening) {
    return ClosedMessages.whole(node, closed, opening).orElse(closed);
  }

  private static VersionVector withoutOne(VersionVector vector) {
    return vector.slice(1, vector.size());
  }

  /** What a closed replica went on to write is passed over. */
  private static VersionVector asClosed(ClosedVector closed, VersionVector open) {
    VersionVector vector = closed.vector();
    for (int i = 0; i < open.size(); i++) {
      if (closed.vector().counter(open.replicaAt(i)) == 0) {
        vector = vector.with(open.replicaAt(i), open.counterAt(i));
      }
    }
    return vector;
  }

  /** What leaves a node in the place of a message. */
  static Message sent(VirtualNode node, Message message) {
    if (!node.world().plants(PlantedFault.NAMES_WHAT_IT_LACKS)
        || !(message instanceof Message.Rows rows)) {
      return message;
    }
    List<Message.Row> named = new ArrayList<>(rows.rows());
    for (int i = 0; i < named.size(); i++) {
      Message.Row row = named.get(i);
      for (ClosedVector closed : node.gossip().books().closedVectors(row.space())) {
        if (!closed.fits(row.frontier())) {
          VersionVector open = closed.open(row.frontier());
          named.set(i, new Message.Row(row.space(), open, row.digest()));
          return new Message.Closed(
              List.of(new Message.ClosedRef(i, closed.hash())),
              new Message.Rows(named, rows.answer()));
        }
      }
    }
    return message;
  }
}
