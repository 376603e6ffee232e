package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nodes are made to do wrong is found. */
class PlantedFaultsTest {
  /**
   * Whether the numbers in the manual must be those of this build: any change of what nodes send
   * makes others of them.
   */
  private static final boolean COMPARES = Boolean.getBoolean("hearsay.planted.table");

  /** Nobody finds these who does not try, once everything has healed, whether it works. */
  private static final Set<PlantedFault> PROBED =
      EnumSet.of(
          PlantedFault.IGNORES_WHO_WAS_AWAY,
          PlantedFault.REFUSES_AFTER_A_FULL_DISK,
          PlantedFault.REFUSES_AFTER_A_CLOCK_JUMP,
          PlantedFault.FORGETS_WHO_WAITS);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isFoundByTheCheckerThatIsThereForIt(PlantedFault fault) throws IOException {
    PlantedRuns.Finding finding = PlantedRuns.find(fault);
    assertNotNull(
        finding,
        () -> "nobody finds within " + PlantedRuns.seedsMax() + " runs that " + fault.what());
    assertTrue(
        fault.finders().contains(finding.by().checker()),
        () -> finding.by() + " is found, not by one of " + fault.finders());
    if (PROBED.contains(fault)) {
      assertTrue(finding.by().message().startsWith("cannot "), finding.by()::message);
    }
    // It is the fault that is found: without it the same run is as it should be.
    RunResult without =
        Simulation.run(PlantedRuns.settings(fault), finding.seed(), PlantedFault.NONE);
    assertNull(without.failure(), () -> String.valueOf(without.failure()));
    if (COMPARES) {
      Map<String, List<String>> rows =
          PlantedTableTest.table(PlantedTableTest.manual(), PlantedTableTest.HEADING);
      assertEquals(PlantedRuns.row(fault, finding), rows.get(fault.what()));
    }
  }

  @Test
  void aFailureIsMadeSmaller() {
    PlantedRuns.Finding finding = PlantedRuns.find(PlantedFault.JOURNALS_NOTHING);
    assertNotNull(finding);
    SimSettings settings = PlantedRuns.settings(PlantedFault.JOURNALS_NOTHING);
    RunResult failed = Simulation.run(settings, finding.seed(), PlantedFault.JOURNALS_NOTHING);
    RunResult smallest = Shrinker.shrink(settings, failed, 30, PlantedFault.JOURNALS_NOTHING);
    assertTrue(
        smallest.schedule().faults().size() < failed.schedule().faults().size(),
        () -> "still " + smallest.schedule().lines());
    assertFalse(smallest.timeline().isEmpty());
    // The same again, from the lines of the schedule alone.
    Schedule read = new Schedule(smallest.schedule().lines().stream().map(Fault::parse).toList());
    RunResult again =
        Simulation.run(settings.with(read), finding.seed(), PlantedFault.JOURNALS_NOTHING);
    assertTrue(again.failed());
    assertTrue(again.traceHash() == smallest.traceHash());
  }

  @Test
  void withoutAFaultTheSameRunsFindNothing() {
    for (String workload : List.of("large-values", "quorums", "retries", "transactions")) {
      SimSettings settings =
          new SimSettings(
              4,
              10_000_000_000L,
              dev.hearsay.sim.workload.Workloads.find(workload).orElseThrow(),
              List.of(FaultKind.BLACKOUT, FaultKind.CUT),
              null,
              null,
              Map.of());
      RunResult result = Simulation.run(settings, 3, PlantedFault.NONE);
      assertFalse(result.failed(), () -> workload + ": " + result.failure());
    }
  }
}
