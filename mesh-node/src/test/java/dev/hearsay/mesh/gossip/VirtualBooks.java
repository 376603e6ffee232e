package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.Trimming;
import java.util.HashMap;
import java.util.Map;

/** What a {@link VirtualNode} does with the stable frontier and its clock, and may do wrong. */
final class VirtualBooks {
  private final VirtualMesh mesh;
  private final VirtualNode node;

  /** What is on the disk, also while the node is down. */
  private final Map<String, VersionVector> durable = new HashMap<>();

  /** The last judgement on the clock that was an effect. */
  boolean refuses;

  VirtualBooks(VirtualMesh mesh, VirtualNode node) {
    this.mesh = mesh;
    this.node = node;
  }

  void started(Gossip gossip) {
    refuses = false;
    gossip.books().use(mesh.books);
    tick(gossip);
  }

  /** Tells what the clock on the wall shows. */
  void tick(Gossip gossip) {
    if (mesh.fault == PlantedFault.TRIMS_WHAT_IT_LIKES && mesh.random.nextInt(40) == 0) {
      node.spaces.values().forEach(held -> Trimming.trim(held.core, held.core.head().frontier()));
    }
    gossip.books().clocks().wall(mesh.nowMillis() + node.clockSkewMillis, mesh.nowMillis());
  }

  void shown(String space, VersionVector frontier) {
    durable.merge(space, frontier, VersionVector::join);
  }

  void take(Effect effect) {
    if (effect instanceof Effect.Stable stable) {
      trim(stable);
    } else if (effect instanceof Effect.ClockJudged judged) {
      refuses = judged.verdict().off();
    }
  }

  private void trim(Effect.Stable stable) {
    if (mesh.checksStability) {
      for (VirtualNode each : mesh.nodes) {
        VersionVector has = each.books.durable.getOrDefault(stable.space(), VersionVector.EMPTY);
        if (!has.covers(stable.frontier())) {
          throw new MeshOracle.Violation(
              node.address() + " calls stable what " + each.address() + " has not: " + stable);
        }
      }
    }
    SpaceCore core = node.coreIfHeld(stable.space());
    if (core != null) {
      Trimming.trim(core, stable.frontier());
    }
  }
}
