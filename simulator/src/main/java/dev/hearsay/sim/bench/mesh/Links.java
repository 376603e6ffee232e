package dev.hearsay.sim.bench.mesh;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Rounds;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.experiment.icde19.Published;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.world.Latency;
import dev.hearsay.sim.world.VirtualClient;
import dev.hearsay.sim.world.World;
import dev.hearsay.sim.world.WorldSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * How many links a change crosses on the mesh of 15 nodes of Enes et al. (ICDE 2019), where it must
 * cross as many as there are other nodes. In virtual time: processes for 15 nodes on a few cores
 * would measure the cores. Every node writes once a second.
 */
final class Links {

  private static final String SPACE = WorldSettings.SPACE;
  private static final long SECOND = 1_000_000_000L;
  private static final long PATIENCE_SECONDS = 120;
  private static final Latency LATENCY = new Latency(1_000_000, 0);

  /** After which the trees count as settled. */
  private static final int SETTLE_SECONDS = 20;

  private static final int SECONDS = 40;

  private final Set<Side> sides;
  private final int rounds;
  private final Topology topology;
  private final Consumer<String> progress;

  Links(Set<Side> sides, boolean quick, Consumer<String> progress) throws IOException {
    this(sides, quick ? 1 : 3, paperMesh(), progress);
  }

  Links(Set<Side> sides, int rounds, Topology topology, Consumer<String> progress) {
    this.sides = sides;
    this.rounds = rounds;
    this.topology = topology;
    this.progress = progress;
  }

  private static Topology paperMesh() throws IOException {
    return Published.read().topologies().stream()
        .filter(topology -> topology.name().equals("mesh15"))
        .findFirst()
        .orElseThrow();
  }

  List<BenchReport.Row> run() throws BenchFailedException {
    List<BenchReport.Row> rows = new ArrayList<>();
    if (!sides.contains(Side.HEARSAY)) {
      return rows;
    }
    Rounds settling = new Rounds();
    Rounds settled = new Rounds();
    for (int round = 1; round <= rounds; round++) {
      Crossings crossings = measure(topology, round);
      settling.add(crossings.perChange(0, SETTLE_SECONDS));
      settled.add(crossings.perChange(SETTLE_SECONDS, SECONDS));
      progress.accept(
          String.format(
              Locale.ROOT,
              "seed %d of %d: %.2f links in the first %d s, %.2f after that, at least %d",
              round,
              rounds,
              crossings.perChange(0, SETTLE_SECONDS),
              SETTLE_SECONDS,
              crossings.perChange(SETTLE_SECONDS, SECONDS),
              topology.size() - 1));
    }
    add(rows, "once the trees have settled", settled);
    add(rows, "in the first " + SETTLE_SECONDS + " s", settling);
    return rows;
  }

  private void add(List<BenchReport.Row> rows, String when, Rounds links) {
    String size = topology.size() + " nodes and writers, " + when;
    rows.add(
        row(size, Side.HEARSAY.label(), links, "of all changes of a run, in virtual time; a seed"));
    Rounds floor = new Rounds();
    floor.add(topology.size() - 1.0);
    rows.add(row(size, "the floor", floor, "a spanning tree: to every other node once"));
  }

  private static BenchReport.Row row(String size, String system, Rounds links, String note) {
    return new BenchReport.Row(
        "links that a change crosses",
        size,
        system,
        links.median(),
        links.p99(),
        "links",
        links.count(),
        null,
        note);
  }

  private static Crossings measure(Topology topology, long seed) throws BenchFailedException {
    World world =
        new World(
            WorldSettings.of(seed, topology.size())
                .withTopology(topology)
                .withNetwork(LATENCY, 0, 0, true, 0));
    world.begin();
    require(world, "the nodes did not meet");
    Crossings crossings = new Crossings(world.nowNanos());
    world.observe(crossings);
    world.listen(crossings);
    SplittableRandom random = new SplittableRandom(seed);
    for (int node = 0; node < topology.size(); node++) {
      SpaceClient space = new VirtualClient(world, world.node(node), () -> true).space(SPACE);
      write(world, space, node, 0, random.nextLong(SECOND));
    }
    world.run(world.nowNanos() + SECONDS * SECOND);
    require(world, "the nodes did not come to agree");
    crossings.requireAll(topology.size() * SECONDS);
    return crossings;
  }

  private static void require(World world, String otherwise) throws BenchFailedException {
    if (!world.runUntil(world::isConverged, world.nowNanos() + PATIENCE_SECONDS * SECOND)) {
      throw new BenchFailedException(
          otherwise + " within " + PATIENCE_SECONDS + " virtual seconds: " + world.violations());
    }
  }

  private static void write(World world, SpaceClient space, int node, int number, long afterNanos) {
    world.after(
        afterNanos,
        () -> {
          space.write(
              WriteOptions.local(),
              tx -> tx.orSet("set", String.class).add("e" + number + " of " + node),
              outcome -> {
                if (!(outcome instanceof Outcome.Ok)) {
                  throw new IllegalStateException("a write without faults failed: " + outcome);
                }
              });
          if (number + 1 < SECONDS) {
            write(world, space, node, number + 1, SECOND);
          }
        });
  }

  /** When each change was minted, and over how many links it has gone since. */
  private static final class Crossings implements Observer, World.MessageListener {

    private final long beganNanos;
    private final Map<Dot, Long> minted = new HashMap<>();
    private final Map<Dot, Integer> crossed = new HashMap<>();

    Crossings(long beganNanos) {
      this.beganNanos = beganNanos;
    }

    @Override
    public void minted(
        long nanos, String node, String space, EncodedChange change, VersionVector past) {
      if (space.equals(SPACE)) {
        minted.put(change.change().name(), nanos);
      }
    }

    @Override
    public void sent(int from, int to, Message message, int bytes) {
      if (message instanceof Message.Push push && push.space().equals(SPACE)) {
        count(push.changes());
      } else if (message instanceof Message.Answer answer && answer.space().equals(SPACE)) {
        count(answer.changes());
      }
    }

    private void count(List<EncodedChange> changes) {
      changes.forEach(change -> crossed.merge(change.change().name(), 1, Integer::sum));
    }

    void requireAll(int changes) throws BenchFailedException {
      if (minted.size() != changes) {
        throw new BenchFailedException(minted.size() + " changes were made, not " + changes);
      }
    }

    /** On average, of the changes minted between two times. */
    double perChange(int fromSeconds, int untilSeconds) throws BenchFailedException {
      long changes = 0;
      long links = 0;
      for (Map.Entry<Dot, Long> change : minted.entrySet()) {
        long nanos = change.getValue() - beganNanos;
        if (nanos >= fromSeconds * SECOND && nanos < untilSeconds * SECOND) {
          changes++;
          links += crossed.getOrDefault(change.getKey(), 0);
        }
      }
      if (changes == 0) {
        throw new BenchFailedException("nothing was written in time");
      }
      return (double) links / changes;
    }
  }
}
