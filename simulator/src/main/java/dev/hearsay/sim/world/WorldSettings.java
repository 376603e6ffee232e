package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link World} is made of.
 *
 * @param seed everything that is left to chance comes from it
 * @param nodes how many there are
 * @param topology who has a link to whom; null for all with all
 * @param spaces that every node holds
 * @param voters how many nodes vote in each space; at most {@code nodes}
 * @param latency of a packet
 * @param lossRate part of the packets that get lost, from 0 to 1
 * @param duplicateRate part of the packets that come twice
 * @param inOrder whether packets of one link arrive in the order of sending, as with TCP
 * @param bytesPerSecond that a node can send; 0 for no bound
 * @param fsyncNanos mean time of one forced write
 * @param clockSkewMillisMax how far a wall clock is off at the start, at most
 * @param eventsPerSnapshot journal events between two snapshots of a space
 */
public record WorldSettings(
    long seed,
    int nodes,
    @Nullable Topology topology,
    List<String> spaces,
    int voters,
    Latency latency,
    double lossRate,
    double duplicateRate,
    boolean inOrder,
    long bytesPerSecond,
    long fsyncNanos,
    int clockSkewMillisMax,
    int eventsPerSnapshot,
    GossipSettings gossip,
    GossipLimits limits,
    SpaceLimits spaceLimits) {

  /** The space of a world that does not say which. */
  public static final String SPACE = "agents";

  public WorldSettings {
    spaces = List.copyOf(spaces);
    // A node knows itself and so many others.
    if (nodes < 1 || nodes > Gossip.PEERS_MAX + 1) {
      throw new IllegalArgumentException(
          nodes + " nodes; a mesh has 1 to " + (Gossip.PEERS_MAX + 1));
    }
    if (topology != null && topology.size() != nodes) {
      throw new IllegalArgumentException(
          "topology " + topology.name() + " has " + topology.size() + " nodes, not " + nodes);
    }
    if (voters < 1 || voters > nodes) {
      throw new IllegalArgumentException(voters + " voters of " + nodes + " nodes");
    }
    if (!(lossRate >= 0 && lossRate < 1) || !(duplicateRate >= 0 && duplicateRate <= 1)) {
      throw new IllegalArgumentException("a rate is a number from 0 to 1");
    }
    if (eventsPerSnapshot < 1 || fsyncNanos < 0 || bytesPerSecond < 0 || clockSkewMillisMax < 0) {
      throw new IllegalArgumentException("a time, a size or a number is negative");
    }
  }

  /** So many nodes in one room, with the limits of production. */
  public static WorldSettings of(long seed, int nodes) {
    return new WorldSettings(
        seed,
        nodes,
        null,
        List.of(SPACE),
        Math.min(3, nodes),
        Latency.LAN,
        0,
        0,
        true,
        0,
        500_000,
        500,
        1_000,
        GossipSettings.DEFAULT,
        GossipLimits.DEFAULT,
        SpaceLimits.DEFAULT);
  }

  /** These links and no others. */
  public WorldSettings withTopology(Topology links) {
    return new WorldSettings(
        seed,
        links.size(),
        links,
        spaces,
        Math.min(voters, links.size()),
        latency,
        lossRate,
        duplicateRate,
        inOrder,
        bytesPerSecond,
        fsyncNanos,
        clockSkewMillisMax,
        eventsPerSnapshot,
        gossip,
        limits,
        spaceLimits);
  }

  /** A network like this. */
  public WorldSettings withNetwork(
      Latency packets, double loss, double duplicates, boolean ordered, long bytesASecond) {
    return new WorldSettings(
        seed,
        nodes,
        topology,
        spaces,
        voters,
        packets,
        loss,
        duplicates,
        ordered,
        bytesASecond,
        fsyncNanos,
        clockSkewMillisMax,
        eventsPerSnapshot,
        gossip,
        limits,
        spaceLimits);
  }

  /** Nodes with these bounds. */
  public WorldSettings withLimits(
      GossipSettings times, GossipLimits peers, SpaceLimits bounds, int snapshotEvery) {
    return new WorldSettings(
        seed,
        nodes,
        topology,
        spaces,
        voters,
        latency,
        lossRate,
        duplicateRate,
        inOrder,
        bytesPerSecond,
        fsyncNanos,
        clockSkewMillisMax,
        snapshotEvery,
        times,
        peers,
        bounds);
  }

  /** Disks that take so long for a forced write. */
  public WorldSettings withFsync(long nanos) {
    return new WorldSettings(
        seed,
        nodes,
        topology,
        spaces,
        voters,
        latency,
        lossRate,
        duplicateRate,
        inOrder,
        bytesPerSecond,
        nanos,
        clockSkewMillisMax,
        eventsPerSnapshot,
        gossip,
        limits,
        spaceLimits);
  }

  /** Nodes that hold these spaces. */
  public WorldSettings withSpaces(List<String> held) {
    return new WorldSettings(
        seed,
        nodes,
        topology,
        held,
        voters,
        latency,
        lossRate,
        duplicateRate,
        inOrder,
        bytesPerSecond,
        fsyncNanos,
        clockSkewMillisMax,
        eventsPerSnapshot,
        gossip,
        limits,
        spaceLimits);
  }
}
