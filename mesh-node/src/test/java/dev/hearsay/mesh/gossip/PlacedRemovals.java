package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import java.util.HashSet;
import java.util.Set;

/**
 * How a {@link PlacedNode} removes spaces: the decision, which the space's own thread takes, the
 * gossip's hearing of it, and the end on the disk are three moments, and much may come between.
 */
final class PlacedRemovals {
  private final PlacedMesh mesh;
  private final PlacedNode node;

  /** Spaces that are being removed from the disk. */
  private final Set<String> underWay = new HashSet<>();

  PlacedRemovals(PlacedMesh mesh, PlacedNode node) {
    this.mesh = mesh;
    this.node = node;
  }

  boolean isUnderWay(String space) {
    return underWay.contains(space);
  }

  /** The process has ended. */
  void clear() {
    underWay.clear();
  }

  void begin(Effect.Purge purge) {
    node.lately(() -> decide(purge));
    PlacedNode.Held held = node.spaces.get(purge.space());
    if (mesh.fault == PlacedMesh.Fault.VOUCHES_FOR_WHAT_GOES && held != null) {
      stays(purge.space(), held);
    }
  }

  private void decide(Effect.Purge purge) {
    String space = purge.space();
    PlacedNode.Held held = node.spaces.get(space);
    if (held == null) {
      node.run(node.gossip().closed(space));
    } else if (held.leaving
        && held.core.enqueued() == held.core.written()
        && purge.covered().covers(held.core.durable().frontier())) {
      remove(space);
    } else {
      stays(space, held);
    }
  }

  private void stays(String space, PlacedNode.Held held) {
    SpaceState state = held.core.durable();
    node.run(node.gossip().stays(space, state.frontier(), state.digest(), mesh.nowMillis()));
  }

  void remove(String space) {
    node.spaces.remove(space);
    underWay.add(space);
    node.run(node.gossip().closed(space));
    node.lately(
        () -> {
          node.disk.remove(space);
          underWay.remove(space);
          if (node.mayHold(space)) {
            node.open(space, new ReplicaId(mesh.random.nextLong()));
          }
        });
  }
}
