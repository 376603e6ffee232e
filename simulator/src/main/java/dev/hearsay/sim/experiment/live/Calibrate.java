package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.live.LiveFaults;
import dev.hearsay.sim.live.LiveResult;
import dev.hearsay.sim.live.LiveRun;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import dev.hearsay.sim.world.Simulation;
import dev.hearsay.sim.world.WorldSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of faults under one workload, on the lab's processes and in the virtual world, with
 * several seeds: what the virtual world says, beside what is so.
 */
public final class Calibrate implements Experiment {
  static final int NODES = 3;
  static final String WORKLOAD = "sets";

  private static final long SECOND = 1_000_000_000L;
  private static final long LEAST_NANOS = 2 * SECOND;
  private static final long MOST_NANOS = 600 * SECOND;

  /** What is run: the same in both worlds. */
  private record Plan(Schedule schedule, long nanos, int seeds, long restNanos) {}

  @Override
  public String name() {
    return "calibrate";
  }

  @Override
  public String purpose() {
    return "one schedule on processes over relays and in the virtual world: how far they are apart";
  }

  @Override
  public void check(Settings settings) throws IOException {
    Experiment.super.check(settings.withoutSchedule());
    plan(settings);
  }

  private static Plan plan(Settings settings) throws IOException {
    Schedule schedule =
        settings.scheduleFile().isPresent()
            ? Schedule.read(settings.scheduleFile().get())
            : schedule(settings.quick());
    long end =
        schedule.faults().stream()
            .mapToLong(fault -> fault.atNanos() + fault.forNanos())
            .max()
            .orElse(0);
    // A fault begins before the end.
    long nanos = Math.max(LEAST_NANOS, end + 1);
    if (nanos > MOST_NANOS) {
      throw new IllegalArgumentException(
          "--schedule is " + end / SECOND + " s long; at most " + MOST_NANOS / SECOND);
    }
    LiveFaults.check(schedule, NODES, nanos);
    return settings.quick()
        ? new Plan(schedule, nanos, /* seeds= */ 2, 0)
        : new Plan(schedule, nanos, /* seeds= */ 5, 10 * SECOND);
  }

  private static Schedule schedule(boolean quick) {
    Stream<String> faults =
        quick
            ? Stream.of("0.5 one-way n0 n1 for 1", "1.5 cut n2 for 2.5")
            : Stream.of("2 crash n1 for 1", "6 one-way n0 n1 for 3", "11 cut n2 for 9");
    return new Schedule(faults.map(Fault::parse).toList());
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    Plan plan = plan(settings);
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < plan.seeds(); i++) {
      long seed = settings.seed() + i;
      String which = String.format(Locale.ROOT, "seed %d (%d of %d)", seed, i + 1, plan.seeds());
      progress.accept(which + ", on " + NODES + " processes");
      readings.add(real(plan, seed));
      progress.accept(which + ", in the virtual world");
      readings.add(virtual(plan, seed));
    }
    return new CalibrateReport(plan.schedule(), readings).report();
  }

  private static Meter meter() {
    Workload workload = Workloads.find(WORKLOAD).orElseThrow();
    return new Meter(workload);
  }

  private static Reading real(Plan plan, long seed) throws ExperimentFailedException, IOException {
    Meter meter = meter();
    LiveResult result =
        LiveRun.run(
            new LiveSettings(
                NODES, plan.nanos(), meter, List.of(), plan.schedule(), plan.restNanos()),
            seed,
            0,
            null,
            (phase, seconds) -> {},
            null);
    requireNothingWrong("on processes", seed, result.failure());
    return meter.reading(Reading.World.REAL, seed).relayed(result.relayedBytes());
  }

  private static Reading virtual(Plan plan, long seed) throws ExperimentFailedException {
    Meter meter = meter();
    SimSettings settings =
        new SimSettings(
            NODES,
            plan.nanos(),
            meter,
            List.of(),
            plan.schedule(),
            null,
            Map.of("sessions", (double) LiveRun.SESSIONS, "pause", LiveRun.PAUSE.toNanos() / 1e6));
    int slots =
        NODES + (int) plan.schedule().faults().stream().filter(f -> f.kind().adds()).count();
    WorldSettings world = WorldSettings.of(seed, slots).withVoters(NODES).withSpaces(List.of());
    requireNothingWrong("in the virtual world", seed, Simulation.run(settings, world).failure());
    return meter.reading(Reading.World.VIRTUAL, seed);
  }

  private static void requireNothingWrong(String where, long seed, @Nullable Violation found)
      throws ExperimentFailedException {
    if (found != null) {
      throw new ExperimentFailedException("seed " + seed + ", " + where + ": " + found);
    }
  }
}
