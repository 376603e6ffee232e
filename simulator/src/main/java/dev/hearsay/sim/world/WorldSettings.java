package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.BookSettings;
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
 * @param books when replicas that are gone are closed, and the other times of the books
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
    SpaceLimits spaceLimits,
    BookSettings books) {

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
    return new Builder(seed, nodes).build();
  }

  private Builder but() {
    return new Builder(this);
  }

  /** These links and no others. */
  public WorldSettings withTopology(Topology links) {
    Builder changed = but();
    changed.nodes = links.size();
    changed.topology = links;
    changed.voters = Math.min(voters, links.size());
    return changed.build();
  }

  /** A network like this. */
  public WorldSettings withNetwork(
      Latency packets, double loss, double duplicates, boolean ordered, long bytesASecond) {
    Builder changed = but();
    changed.latency = packets;
    changed.lossRate = loss;
    changed.duplicateRate = duplicates;
    changed.inOrder = ordered;
    changed.bytesPerSecond = bytesASecond;
    return changed.build();
  }

  /** Nodes with these bounds. */
  public WorldSettings withLimits(
      GossipSettings times, GossipLimits peers, SpaceLimits bounds, int snapshotEvery) {
    Builder changed = but();
    changed.gossip = times;
    changed.limits = peers;
    changed.spaceLimits = bounds;
    changed.eventsPerSnapshot = snapshotEvery;
    return changed.build();
  }

  /** Disks that take so long for a forced write. */
  public WorldSettings withFsync(long nanos) {
    Builder changed = but();
    changed.fsyncNanos = nanos;
    return changed.build();
  }

  /** Nodes that hold these spaces. */
  public WorldSettings withSpaces(List<String> held) {
    Builder changed = but();
    changed.spaces = held;
    return changed.build();
  }

  /** So many nodes vote in each space, the first ones. */
  public WorldSettings withVoters(int count) {
    Builder changed = but();
    changed.voters = count;
    return changed.build();
  }

  /** Nodes with these times of their books. */
  public WorldSettings withBooks(BookSettings times) {
    Builder changed = but();
    changed.books = times;
    return changed.build();
  }

  /** Settings that are being put together. */
  private static final class Builder {
    private final long seed;
    private int nodes;
    private @Nullable Topology topology;
    private List<String> spaces = List.of(SPACE);
    private int voters;
    private Latency latency = Latency.LAN;
    private double lossRate;
    private double duplicateRate;
    private boolean inOrder = true;
    private long bytesPerSecond;
    private long fsyncNanos = 500_000;
    private int clockSkewMillisMax = 500;
    private int eventsPerSnapshot = 1_000;
    private GossipSettings gossip = GossipSettings.DEFAULT;
    private GossipLimits limits = GossipLimits.DEFAULT;
    private SpaceLimits spaceLimits = SpaceLimits.DEFAULT;
    private BookSettings books = BookSettings.DEFAULT;

    Builder(long seed, int nodes) {
      this.seed = seed;
      this.nodes = nodes;
      this.voters = Math.min(3, nodes);
    }

    Builder(WorldSettings from) {
      seed = from.seed;
      nodes = from.nodes;
      topology = from.topology;
      spaces = from.spaces;
      voters = from.voters;
      latency = from.latency;
      lossRate = from.lossRate;
      duplicateRate = from.duplicateRate;
      inOrder = from.inOrder;
      bytesPerSecond = from.bytesPerSecond;
      fsyncNanos = from.fsyncNanos;
      clockSkewMillisMax = from.clockSkewMillisMax;
      eventsPerSnapshot = from.eventsPerSnapshot;
      gossip = from.gossip;
      limits = from.limits;
      spaceLimits = from.spaceLimits;
      books = from.books;
    }

    WorldSettings build() {
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
          eventsPerSnapshot,
          gossip,
          limits,
          spaceLimits,
          books);
    }
  }
}
