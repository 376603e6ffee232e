package dev.hearsay.sim.experiment.virtual;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.world.Latency;
import dev.hearsay.sim.world.VirtualClient;
import dev.hearsay.sim.world.World;
import dev.hearsay.sim.world.WorldSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * How far a change has to go, and what it costs each node, in meshes of 10 to 1,000 nodes of which
 * each has links to a few others.
 */
public final class Scale implements Experiment {
  private static final String SPACE = WorldSettings.SPACE;
  private static final long SECOND = 1_000_000_000L;
  private static final int PATIENCE_SECONDS = 120;

  /** Links of a node, on average. */
  private static final int DEGREE = 6;

  /** A round: a packet goes over one link. */
  private static final long ROUND_NANOS = 10_000_000;

  private static final int WRITERS = 4;
  private static final int WARM_UP = 3;
  private static final int MEASURED = 5;

  /**
   * What came of one size.
   *
   * @param rounds until the last node has a change, in the middle of all changes
   * @param worstRounds of the slowest change
   * @param crossings links that a change crosses, over the least that reaches all
   * @param bytesPerNode sent by a node for a change
   * @param messagesPerNode sent by a node for a change
   * @param meetingSeconds virtual, until all nodes have met and hold the space
   * @param virtualSeconds of the whole run
   */
  record Size(
      int nodes,
      double rounds,
      double worstRounds,
      double crossings,
      double bytesPerNode,
      double messagesPerNode,
      double meetingSeconds,
      double virtualSeconds,
      double realSeconds) {}

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String purpose() {
    return "rounds and bytes until all nodes have a change, from 10 to 1,000 nodes";
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress) throws ExperimentFailedException {
    List<Size> sizes = new ArrayList<>();
    for (int nodes :
        settings.quick() ? new int[] {10, 30, 60} : new int[] {10, 30, 100, 300, 1_000}) {
      progress.accept(nodes + " nodes");
      Size size = measure(nodes, settings.seed());
      sizes.add(size);
      progress.accept(
          String.format(
              Locale.ROOT,
              "%d nodes: %.1f rounds, %.0f bytes a node and change, %.0f virtual seconds in %.1f",
              nodes,
              size.rounds(),
              size.bytesPerNode(),
              size.virtualSeconds(),
              size.realSeconds()));
    }
    return new ScaleReport(sizes).report();
  }

  private static Size measure(int nodes, long seed) throws ExperimentFailedException {
    long started = System.nanoTime();
    World world =
        new World(
            WorldSettings.of(seed, nodes)
                .withTopology(topology(nodes, seed))
                .withNetwork(new Latency(ROUND_NANOS, 0), 0, 0, true, 0)
                .withFsync(0));
    world.begin();
    require(world, nodes + " nodes did not meet");
    double meetingSeconds = (double) world.nowNanos() / SECOND;
    List<SpaceClient> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int node = i * (nodes / WRITERS);
      writers.add(new VirtualClient(world, world.node(node), () -> true).space(SPACE));
    }
    for (int i = 0; i < WARM_UP; i++) {
      write(world, writers, i);
    }
    Spread spread = new Spread(nodes);
    WireCount wire = new WireCount(SPACE);
    long[] messages = new long[1];
    world.observe(spread);
    world.listen(wire);
    world.listen((from, to, message, bytes) -> messages[0]++);
    for (int i = 0; i < MEASURED; i++) {
      write(world, writers, WARM_UP + i);
    }
    require(world, nodes + " nodes did not come to agree");
    int changes = WRITERS * MEASURED;
    List<Double> rounds = spread.rounds();
    if (rounds.size() != changes) {
      throw new ExperimentFailedException(
          "of " + changes + " changes, " + rounds.size() + " reached all " + nodes + " nodes");
    }
    double perChange = (double) nodes * changes;
    return new Size(
        nodes,
        rounds.get(changes / 2),
        rounds.get(changes - 1),
        (double) wire.elements() / changes / (nodes - 1),
        wire.bytes() / perChange,
        messages[0] / perChange,
        meetingSeconds,
        (double) world.nowNanos() / SECOND,
        (System.nanoTime() - started) / 1e9);
  }

  /** Every writer writes once, and a second passes. */
  private static void write(World world, List<SpaceClient> writers, int number) {
    for (int i = 0; i < writers.size(); i++) {
      String element = "e" + number + " of " + i;
      writers
          .get(i)
          .write(
              WriteOptions.local(),
              tx -> tx.orSet("set", String.class).add(element),
              outcome -> {
                if (!(outcome instanceof Outcome.Ok)) {
                  throw new IllegalStateException("a write without faults failed: " + outcome);
                }
              });
    }
    world.run(world.nowNanos() + SECOND);
  }

  private static void require(World world, String otherwise) throws ExperimentFailedException {
    if (!world.runUntil(world::isConverged, world.nowNanos() + PATIENCE_SECONDS * SECOND)) {
      throw new ExperimentFailedException(
          otherwise + " within " + PATIENCE_SECONDS + " virtual seconds: " + world.violations());
    }
  }

  /** A ring, so that all are connected, and links between nodes drawn at random. */
  static Topology topology(int nodes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Integer>> links = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      links.add(new ArrayList<>());
    }
    for (int node = 0; node < nodes; node++) {
      link(links, node, (node + 1) % nodes);
    }
    long wanted = (long) nodes * Math.min(DEGREE, nodes - 1) / 2;
    for (long made = nodes; made < wanted; ) {
      made += link(links, random.nextInt(nodes), random.nextInt(nodes)) ? 1 : 0;
    }
    return new Topology("random" + nodes, links);
  }

  private static boolean link(List<List<Integer>> links, int some, int other) {
    if (some == other || links.get(some).contains(other)) {
      return false;
    }
    links.get(some).add(other);
    links.get(other).add(some);
    return true;
  }

  /** When the last node had each change, counted in rounds from when it was minted. */
  private static final class Spread implements Observer {
    private final int nodes;
    private final Map<Dot, Long> minted = new HashMap<>();
    private final Map<Dot, Integer> holders = new HashMap<>();
    private final List<Double> rounds = new ArrayList<>();

    Spread(int nodes) {
      this.nodes = nodes;
    }

    @Override
    public void minted(
        long nanos, String node, String space, EncodedChange change, VersionVector past) {
      if (space.equals(SPACE)) {
        minted.put(name(change), nanos);
      }
    }

    @Override
    public void applied(
        long nanos, String node, String space, EncodedChange change, SpaceState after) {
      Long since = space.equals(SPACE) ? minted.get(name(change)) : null;
      if (since != null && holders.merge(name(change), 1, Integer::sum) == nodes) {
        rounds.add((double) (nanos - since) / ROUND_NANOS);
      }
    }

    private static Dot name(EncodedChange change) {
      return new Dot(change.change().replica(), change.last());
    }

    List<Double> rounds() {
      return rounds.stream().sorted().toList();
    }
  }
}
