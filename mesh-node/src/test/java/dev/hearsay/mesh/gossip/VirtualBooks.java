package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.mesh.wire.Message;
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

  /** What it does wrong with clocks. */
  ClockFault clockFault = ClockFault.NONE;

  /** How far the clocks of others are ahead of the steady one, as they told it last. */
  private final Map<HostPort, Long> told = new HashMap<>();

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
    gossip.books().clocks().wall(mesh.nowMillis() + shownSkewMillis(), mesh.nowMillis());
  }

  /** One that goes by the wall clock compares it with itself. */
  private long shownSkewMillis() {
    return clockFault == ClockFault.JUDGES_BY_THE_WALL_CLOCK ? 0 : node.clockSkewMillis;
  }

  /** What the node takes a message for. */
  Message heard(HostPort from, Message message) {
    if (clockFault == ClockFault.NONE || !(message instanceof Message.ClockTell tell)) {
      return message;
    }
    if (clockFault == ClockFault.JUDGES_BY_THE_WALL_CLOCK) {
      return new Message.ClockTell(tell.asked(), tell.wallMillis() - node.clockSkewMillis);
    }
    told.put(from, tell.wallMillis() - mesh.nowMillis());
    double sum = node.clockSkewMillis;
    for (long ahead : told.values()) {
      sum += ahead;
    }
    long mean = (long) (sum / (told.size() + 1));
    return new Message.ClockTell(tell.asked(), mesh.nowMillis() + mean);
  }

  /** What the node says instead of a message. */
  Message said(Message message) {
    return message instanceof Message.ClockTell tell
        ? new Message.ClockTell(
            tell.asked(), tell.wallMillis() + node.clockSkewMillis - shownSkewMillis())
        : message;
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
