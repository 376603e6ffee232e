package dev.hearsay.sim.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.SimSettings;
import dev.hearsay.sim.world.Simulation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every workload runs in the virtual world, does what it says, and nothing is found wrong. */
class WorkloadsTest {
  private static final long SECOND = 1_000_000_000L;

  /** What one run's clients did. */
  private static final class Told implements History {
    final Set<String> results = new TreeSet<>();
    long operations;

    @Override
    public void ended(List<Operation> ended) {
      operations += ended.size();
      for (Operation operation : ended) {
        results.add(operation.call().result().label());
      }
    }
  }

  static List<Workload> all() {
    return Workloads.all();
  }

  private static RunResult run(Workload workload, long seed, FaultKind[] faults, History told) {
    SimSettings settings =
        new SimSettings(4, 20 * SECOND, workload, List.of(faults), null, null, Map.of());
    return Simulation.run(settings, seed, 0, told);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void nothingIsWrongWithoutFaults(Workload workload) {
    Told told = new Told();
    RunResult result = run(workload, 1, new FaultKind[0], told);
    assertNull(result.failure(), () -> workload.name() + ": " + result.failure());
    assertTrue(result.changes() > 20, result.changes() + " changes");
    assertTrue(result.checks() > 200, result.checks() + " checks");
    assertTrue(told.operations > 40, told.operations + " operations");
    assertTrue(told.results.contains("ok"), told.results::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void nothingIsWrongUnderCutsAndCrashes(Workload workload) {
    FaultKind[] faults = {FaultKind.CUT, FaultKind.CRASH, FaultKind.LOSS, FaultKind.FLAP};
    long injected = 0;
    for (long seed = 0; seed < 3; seed++) {
      RunResult result = run(workload, seed, faults, new Told());
      String which = workload.name() + " with seed " + seed;
      assertNull(result.failure(), () -> which + ": " + result.failure());
      injected += result.faults();
    }
    assertTrue(injected > 0, "nothing went wrong");
  }

  @Test
  void namesAreUniqueAndFindTheirWorkload() {
    assertEquals(List.copyOf(new TreeSet<>(Workloads.names())), Workloads.names());
    for (String name :
        List.of(
            "sets",
            "counters",
            "registers",
            "maps",
            "logs",
            "ranges",
            "large-values",
            "transactions",
            "retries",
            "hand-over",
            "quorums",
            "sessions",
            "social",
            "gset",
            "gcounter",
            "gmap10",
            "gmap30",
            "gmap60",
            "gmap100")) {
      assertEquals(name, Workloads.find(name).map(Workload::name).orElse("none"));
    }
    assertTrue(Workloads.find("no-such").isEmpty());
    Workloads.all().forEach(workload -> assertNotNull(workload.description()));
  }

  @Test
  void aWorkloadOnTheClassPathIsFound() {
    assertTrue(Workloads.find("of-a-user").isPresent());
  }

  @Test
  void zipfDrawsTheFirstMostOftenAndReachesTheLast() {
    Zipf zipf = new Zipf(10, 1.0);
    SplittableRandom random = new SplittableRandom(1);
    int[] drawn = new int[10];
    for (int i = 0; i < 10_000; i++) {
      drawn[zipf.draw(random)]++;
    }
    // 1/1 of a sum of 2.93 parts, and 1/10 of it.
    assertTrue(Math.abs(drawn[0] - 3_414) < 200, drawn[0] + " first");
    assertTrue(Math.abs(drawn[9] - 341) < 80, drawn[9] + " last");
  }
}
