package dev.hearsay.sim.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A sample of workloads and schedules on real processes; what processes do wrong is found. */
@Timeout(120)
class LiveRunTest {
  private static final long SECOND = 1_000_000_000L;

  /** What one run's clients did. */
  private static final class Told implements History {
    final Set<String> results = new TreeSet<>();
    final Set<String> nodes = new TreeSet<>();

    @Override
    public void ended(List<Operation> operations) {
      for (Operation operation : operations) {
        results.add(operation.call().result().label());
        nodes.add(operation.call().node());
        assertTrue(operation.call().startNanos() <= operation.call().endNanos());
      }
    }
  }

  private static LiveSettings settings(int nodes, String workload, long seconds, String... faults) {
    return new LiveSettings(
        nodes,
        seconds * SECOND,
        Workloads.find(workload).orElseThrow(),
        List.of(),
        new Schedule(Arrays.stream(faults).map(Fault::parse).toList()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "sets, 0.5 cut n2 for 1.5, 1 pause n0 for 1",
    "counters, 0.5 crash n1 for 0.5, 1.5 flap n0 for 1 amount 0.2",
    "transactions, 0.5 one-way n0 n1 for 1.5, 1 one-way n2 for 1.5",
    "quorums, 0.5 swizzle n1 for 1, 2.5 blackout for 0.2",
    "hand-over, 0.5 cut n0 for 1, 1.2 lost-disk n2 for 0.5",
  })
  void nothingIsWrongWithRealProcesses(String workload, String first, String second)
      throws IOException {
    Told told = new Told();
    LiveResult result =
        LiveRun.run(
            settings(3, workload, 3, first, second), 7, 0, told, (phase, seconds) -> {}, null);
    assertNull(
        result.failure(), () -> result.failure() + "\n" + String.join("\n", result.timeline()));
    assertEquals(2, result.faults());
    assertTrue(result.changes() >= 3, result.changes() + " changes");
    assertTrue(result.checks() > 200, result.checks() + " checks");
    assertTrue(told.results.contains("ok"), told.results::toString);
    assertEquals(Set.of("n0", "n1", "n2"), told.nodes);
    assertTrue(result.settleNanos() >= 0);
    haveEnded(result);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Plant.class,
      names = {"DROP", "DUPLICATE"})
  void aProcessThatDoesWrongIsFound(Plant plant) throws IOException {
    LiveResult result =
        LiveRun.run(settings(2, "logs", 4), 1, 0, null, (phase, seconds) -> {}, plant);
    Violation found = result.failure();
    assertNotNull(found, "nothing was found");
    assertNotEquals("exception", found.checker(), found::toString);
    haveEnded(result);
  }

  @Test
  void whatIsDrawnFromASeedCanBeDoneToProcesses() {
    List<FaultKind> kinds =
        Arrays.stream(FaultKind.values()).filter(kind -> LiveFaults.why(kind, 3) == null).toList();
    assertTrue(kinds.contains(FaultKind.LOST_DISK) && kinds.size() > 5, kinds::toString);
    LiveSettings settings =
        new LiveSettings(
            3, 600 * SECOND, Workloads.find("sets").orElseThrow(), kinds, /* schedule= */ null);
    Schedule drawn = settings.schedule(7);
    assertEquals(drawn, settings.schedule(7));
    assertNotEquals(drawn, settings.schedule(8));
    assertEquals(
        Set.copyOf(kinds), drawn.faults().stream().map(Fault::kind).collect(Collectors.toSet()));
    LiveFaults.check(drawn, 3, 600 * SECOND);
    for (Fault fault : drawn.faults()) {
      assertTrue(fault.kind() != FaultKind.LOST_DISK || fault.nodes().equals(List.of(2)));
    }
  }

  private static void haveEnded(LiveResult result) {
    assertFalse(result.processes().isEmpty());
    for (long process : result.processes()) {
      assertTrue(
          ProcessHandle.of(process).map(handle -> !handle.isAlive()).orElse(true),
          () -> "process " + process + " is still there");
    }
  }
}
