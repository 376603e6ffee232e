package dev.hearsay.sim.experiment.live;

import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.experiment.live.Reading.Phase;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.world.VirtualClient;
import dev.hearsay.sim.world.World;
import dev.hearsay.sim.world.WorldSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The same schedule on real nodes and in the virtual world: one node writes a change at a time, one
 * is cut off while both sides write, the cut heals, and all are idle.
 */
public final class Calibrate implements Experiment {
  private static final int NODES = 3;
  private static final int AWAY = 2;
  private static final String SPACE = WorldSettings.SPACE;
  private static final String SET = "elements";
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final long SECOND = 1_000_000_000L;

  /** What the schedule asks for; the same in both worlds. */
  private record Schedule(int steady, int duringCut, Duration cut, Duration idle) {}

  @Override
  public String name() {
    return "calibrate";
  }

  @Override
  public String purpose() {
    return "one schedule on real nodes and in the virtual world, and how far they are apart";
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    Schedule schedule =
        settings.quick()
            ? new Schedule(50, 100, Duration.ofSeconds(4), Duration.ofSeconds(2))
            : new Schedule(500, 2_000, Duration.ofSeconds(6), Duration.ofSeconds(10));
    progress.accept("on " + NODES + " real nodes");
    List<Reading> real = real(schedule);
    progress.accept("in the virtual world");
    List<Reading> virtual = virtual(schedule, settings.seed());
    return new CalibrateReport(real, virtual).report();
  }

  private static List<Reading> real(Schedule schedule)
      throws ExperimentFailedException, IOException {
    List<Reading> readings = new ArrayList<>();
    try (LiveMesh mesh = LiveMesh.start(NODES)) {
      mesh.share(SPACE);
      mesh.await("all agree", () -> mesh.agree(SPACE));

      Reading before = reading(mesh, Phase.STEADY, System.nanoTime());
      Space writer = mesh.space(0, SPACE);
      for (int i = 0; i < schedule.steady(); i++) {
        writer.orSet(SET, String.class).add("steady " + i);
        LiveMesh.pause(PAUSE);
      }
      long written = System.nanoTime();
      mesh.await("all agree", () -> mesh.agree(SPACE));
      readings.add(reading(mesh, Phase.STEADY, written).since(before));

      for (int other = 0; other < AWAY; other++) {
        mesh.cut(other, AWAY);
        mesh.cut(AWAY, other);
      }
      long cut = System.nanoTime();
      fill(mesh, schedule.duringCut());
      LiveMesh.pause(schedule.cut().minusNanos(System.nanoTime() - cut));
      before = reading(mesh, Phase.HEAL, System.nanoTime());
      long healed = System.nanoTime();
      mesh.heal();
      mesh.await("all agree", () -> mesh.agree(SPACE));
      readings.add(reading(mesh, Phase.HEAL, healed).since(before));

      LiveMesh.pause(Duration.ofSeconds(2));
      before = reading(mesh, Phase.IDLE, System.nanoTime());
      LiveMesh.pause(schedule.idle());
      readings.add(reading(mesh, Phase.IDLE, System.nanoTime()).since(before));
    }
    return readings;
  }

  private static void fill(LiveMesh mesh, int changes) {
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int node : new int[] {0, AWAY}) {
      for (int i = 0; i < changes / 2; i++) {
        String element = "during the cut " + node + " " + i;
        CompletionStage<?> write =
            mesh.space(node, SPACE).updateAsync(tx -> tx.orSet(SET, String.class).add(element));
        writes.add(write.toCompletableFuture());
      }
    }
    CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new)).join();
  }

  /** What the nodes have sent so far. */
  private static Reading reading(LiveMesh mesh, Phase phase, long sinceNanos) {
    SortedMap<String, Long> messages = new TreeMap<>();
    SortedMap<String, Long> bytes = new TreeMap<>();
    for (int node = 0; node < mesh.size(); node++) {
      for (NodeMetrics.PeerTraffic peer : mesh.node(node).metrics().peers()) {
        peer.sent()
            .forEach(
                (kind, traffic) -> {
                  messages.merge(Reading.kind(kind), traffic.messages(), Long::sum);
                  bytes.merge(Reading.kind(kind), traffic.bytes(), Long::sum);
                });
      }
    }
    return new Reading(phase, (System.nanoTime() - sinceNanos) / 1e6, messages, bytes);
  }

  private static List<Reading> virtual(Schedule schedule, long seed)
      throws ExperimentFailedException {
    List<Reading> readings = new ArrayList<>();
    World world = new World(WorldSettings.of(seed, NODES));
    world.begin();
    await(world);
    SpaceClient writer = client(world, 0);

    Reading before = reading(world, Phase.STEADY, world.nowNanos());
    for (int i = 0; i < schedule.steady(); i++) {
      write(writer, "steady " + i);
      world.run(world.nowNanos() + PAUSE.toNanos());
    }
    long written = world.nowNanos();
    await(world);
    readings.add(reading(world, Phase.STEADY, written).since(before));

    for (int other = 0; other < AWAY; other++) {
      world.network().cut(other, AWAY);
      world.network().cut(AWAY, other);
    }
    long cut = world.nowNanos();
    for (int node : new int[] {0, AWAY}) {
      SpaceClient side = client(world, node);
      for (int i = 0; i < schedule.duringCut() / 2; i++) {
        write(side, "during the cut " + node + " " + i);
      }
    }
    world.run(cut + schedule.cut().toNanos());
    before = reading(world, Phase.HEAL, world.nowNanos());
    long healed = world.nowNanos();
    world.network().heal();
    await(world);
    readings.add(reading(world, Phase.HEAL, healed).since(before));

    world.run(world.nowNanos() + 2 * SECOND);
    before = reading(world, Phase.IDLE, world.nowNanos());
    world.run(world.nowNanos() + schedule.idle().toNanos());
    readings.add(reading(world, Phase.IDLE, world.nowNanos()).since(before));
    return readings;
  }

  private static SpaceClient client(World world, int node) {
    return new VirtualClient(world, world.node(node), () -> true).space(SPACE);
  }

  private static void write(SpaceClient space, String element) {
    space.write(
        WriteOptions.local(),
        tx -> tx.orSet(SET, String.class).add(element),
        outcome -> {
          if (!(outcome instanceof Outcome.Ok)) {
            throw new IllegalStateException("a local write failed: " + outcome);
          }
        });
  }

  private static void await(World world) throws ExperimentFailedException {
    long until = world.nowNanos() + 60 * SECOND;
    // Finer than the world's own steps: what is read here is a few milliseconds.
    while (!world.isConverged()) {
      if (world.nowNanos() > until || !world.violations().isEmpty()) {
        throw new ExperimentFailedException(
            "no agreement within 60 virtual seconds: " + world.violations());
      }
      world.run(world.nowNanos() + SECOND / 1_000);
    }
  }

  private static Reading reading(World world, Phase phase, long sinceNanos) {
    SortedMap<String, Long> messages = new TreeMap<>();
    SortedMap<String, Long> bytes = new TreeMap<>();
    world
        .tally()
        .messagesByKind()
        .forEach((kind, count) -> messages.merge(Reading.kind(kind), count, Long::sum));
    world
        .tally()
        .bytesByKind()
        .forEach((kind, count) -> bytes.merge(Reading.kind(kind), count, Long::sum));
    return new Reading(phase, (world.nowNanos() - sinceNanos) / 1e6, messages, bytes);
  }
}
