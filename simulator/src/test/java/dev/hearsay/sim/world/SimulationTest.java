package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import dev.hearsay.sim.workload.Workloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Many seeds, every workload, everything that can go wrong. */
class SimulationTest {
  private static final List<FaultKind> ALL = Arrays.asList(FaultKind.values());
  private static final long SECOND = 1_000_000_000L;
  private static final int SEEDS = Integer.getInteger("hearsay.sim.seeds", 200);

  private static SimSettings settings(int nodes, String workload, long seconds) {
    Workload work = Workloads.find(workload).orElseThrow();
    return new SimSettings(nodes, seconds * SECOND, work, ALL, null, null, Map.of())
        .withRareForks(true);
  }

  @Test
  void nothingIsLostUnderAnyOfManySeeds() {
    List<String> failures = new ArrayList<>();
    List<Workload> workloads = Workloads.all();
    long changes = 0;
    long checks = 0;
    long faults = 0;
    int closing = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      String workload = workloads.get(seed % workloads.size()).name();
      int nodes = 3 + seed % 4;
      RunResult result = Simulation.run(settings(nodes, workload, 20), seed, 0, null);
      changes += result.changes();
      checks += result.checks();
      faults += result.faults();
      closing += result.closed() > 0 ? 1 : 0;
      if (result.failed()) {
        failures.add(
            "./hearsay sim --nodes %d --hours %s --workload %s --seed %d --runs 1: %s"
                .formatted(nodes, 20 / 3600.0, workload, seed, result.failure()));
      }
    }
    assertEquals(List.of(), failures);
    assertTrue(changes > 50L * SEEDS, changes + " changes");
    assertTrue(checks > 1_000L * SEEDS, checks + " checks");
    assertTrue(closing > SEEDS / 5, closing + " runs in which replicas that are gone are closed");
    // One in 4 s on average, of which some find nobody to happen to.
    assertTrue(faults > 2L * SEEDS, faults + " faults");
  }

  @Test
  void forksAreRareUnlessTheyAreAskedFor() {
    SimSettings rare = settings(5, "sets", 30);
    int forked = 0;
    for (long seed = -400; seed < 400; seed++) {
      forked += Judges.areForksIn(rare.schedule(seed)) ? 1 : 0;
    }
    assertTrue(forked > 30 && forked < 130, forked + " of 800");
    for (long seed = 0; seed < 8; seed++) {
      assertTrue(
          Judges.areForksIn(settings(5, "sets", 3_600).withRareForks(false).schedule(seed)),
          "seed " + seed);
    }
  }

  /** Seeds choose workloads and sizes by their turn, and forks must not keep to some of these. */
  @Test
  void forksMeetEveryWorkloadAndMeshesOfEverySize() {
    List<Workload> workloads = Workloads.all();
    Set<String> met = new TreeSet<>();
    for (int seed = 0; seed < 1_000; seed++) {
      String workload = workloads.get(seed % workloads.size()).name();
      if (Judges.areForksIn(settings(5, workload, 20).schedule(seed))) {
        met.add(workload);
      }
    }
    assertEquals(workloads.size(), met.size(), met::toString);
    for (int seed = 0; seed < 1_000; seed++) {
      assertFalse(Judges.areForksIn(settings(5, "sets", 72).schedule(seed)), "needs an operator");
    }
    Set<Integer> sizes = new TreeSet<>();
    int built = 0;
    for (int seed = 0; seed < 200; seed++) {
      if (Judges.areForksIn(settings(3 + seed % 4, "sets", 20).schedule(seed))) {
        sizes.add(3 + seed % 4);
        built++;
      }
    }
    assertEquals(Set.of(3, 4, 5, 6), sizes);
    assertTrue(built >= 8, built + " of 200");
  }

  @Test
  void theSameSeedIsTheSameRunToTheByte() {
    SimSettings settings = settings(5, "transactions", 20);
    RunResult first = Simulation.run(settings, 11, 0, null);
    RunResult second = Simulation.run(settings, 11, 0, null);
    assertNull(first.failure());
    assertEquals(first, second);
    assertNotEquals(first.traceHash(), Simulation.run(settings, 12, 0, null).traceHash());
  }

  @Test
  void whatIsThrownIsAFindingLikeAnyOther() {
    Workload throwing =
        new Workload() {
          @Override
          public String name() {
            return "throwing";
          }

          @Override
          public String description() {
            return "does not come far";
          }

          @Override
          public Run begin(WorkloadOptions options, History history) {
            return client -> {
              throw new IllegalStateException("planted");
            };
          }
        };
    SimSettings settings =
        new SimSettings(3, SECOND, throwing, List.of(FaultKind.CUT), null, null, Map.of());
    RunResult result = Simulation.run(settings, 5, 0, null);
    Violation found = Objects.requireNonNull(result.failure());
    assertEquals("exception", found.checker());
    assertTrue(found.message().contains("IllegalStateException: planted at"), found::message);
  }
}
