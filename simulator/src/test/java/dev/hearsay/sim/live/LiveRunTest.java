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
import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Link;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.LinkCuts;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    return settings(nodes, workload, seconds, 0, faults);
  }

  private static LiveSettings settings(
      int nodes, String workload, long seconds, long restSeconds, String... faults) {
    return new LiveSettings(
        nodes,
        seconds * SECOND,
        Workloads.find(workload).orElseThrow(),
        List.of(),
        new Schedule(Arrays.stream(faults).map(Fault::parse).toList()),
        restSeconds * SECOND);
  }

  private static LiveResult run(LiveSettings settings, @Nullable Plant plant) throws IOException {
    return LiveRun.run(settings, 7, 0, null, (phase, seconds) -> {}, plant);
  }

  private static void nothingWasWrong(LiveResult result) {
    assertNull(
        result.failure(), () -> result.failure() + "\n" + String.join("\n", result.timeline()));
  }

  private static void happened(LiveResult result, String what) {
    assertTrue(
        result.timeline().stream().anyMatch(line -> line.endsWith("  " + what)),
        () -> what + ", in " + result.timeline());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "sets, 0.5 cut n2 for 1.5, 1 pause n0 for 1",
    "quorums, 0.5 swizzle n1 for 1, 2.5 blackout for 0.2",
    "hand-over, 0.5 cut n0 for 1, 1.2 lost-disk n2 for 0.5",
  })
  void nothingIsWrongWithRealProcesses(String workload, String first, String second)
      throws IOException {
    Told told = new Told();
    LiveResult result =
        LiveRun.run(
            settings(3, workload, 3, first, second), 7, 0, told, (phase, seconds) -> {}, null);
    nothingWasWrong(result);
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
  void aProcessJoinsAndAnotherLeavesWhenOthersHaveWhatItHad() throws IOException {
    Told told = new Told();
    LiveResult result =
        LiveRun.run(
            settings(4, "sets", 4, "0.5 cut n3 for 0.5", "0.6 leave", "0.65 leave n3", "0.7 join"),
            7,
            0,
            told,
            (phase, seconds) -> {},
            null);
    nothingWasWrong(result);
    happened(result, "n4 joins");
    happened(result, "n3 leaves");
    happened(result, "comes to nothing: 0.650 leave n3: n3 is leaving already");
    assertEquals(3, result.faults());
    assertEquals(Set.of("n0", "n1", "n2", "n3", "n4"), told.nodes);
    assertEquals(5, result.processes().size());
    haveEnded(result);
  }

  @Test
  void whoVotedLeavesOnceOthersVote() throws IOException {
    LiveResult result = run(settings(4, "quorums", 5, "0.3 voters n0 n1 n3", "3 leave"), null);
    nothingWasWrong(result);
    happened(result, "voters are [n0, n1, n3]");
    happened(result, "n2 leaves");
    haveEnded(result);
  }

  @Test
  void aVoterIsReplaced() throws IOException {
    LiveResult result = run(settings(4, "quorums", 2, "0.5 replace n1"), null);
    nothingWasWrong(result);
    happened(result, "n4 joins");
    happened(result, "voters are [n0, n2, n3]");
    happened(result, "n1 leaves");
    haveEnded(result);
  }

  @Test
  void aProcessThatLeavesBeforeOthersHaveWhatItHadIsFound() throws IOException {
    LiveResult result =
        run(
            settings(4, "sets", 6, "0.2 voters n0 n2 n3", "2.5 cut n1 for 3.4", "5 leave"),
            Plant.UNDRAINED);
    happened(result, "n1 leaves");
    Violation found = result.failure();
    assertNotNull(found, "nothing was found");
    assertEquals("acknowledged-changes", found.checker(), found::toString);
    assertTrue(found.message().contains("anywhere else as it leaves"), found::toString);
    haveEnded(result);
  }

  @Test
  void processesThatHaveNothingToDoFallSilent() throws IOException {
    LiveResult result = run(settings(3, "sets", 1, 4, "0.3 crash n1 for 0.2"), null);
    nothingWasWrong(result);
    haveEnded(result);
  }

  @Test
  void aProcessThatAsksOnAndOnIsFound() throws IOException {
    LiveResult result = run(settings(2, "logs", 1, 4), Plant.CHATTER);
    Violation found = result.failure();
    assertNotNull(found, "nothing was found");
    assertEquals("quiescence", found.checker(), found::toString);
    assertTrue(found.message().contains("StandAsk"), found::toString);
    haveEnded(result);
  }

  @Test
  void aProcessThatKeepsWhatItIsToldIsFound() throws IOException {
    LiveResult result = run(settings(2, "sets", 10), Plant.HOARD);
    Violation found = result.failure();
    assertNotNull(found, "nothing was found");
    assertEquals("bounded-memory", found.checker(), found::toString);
    haveEnded(result);
  }

  /** Two faults that cut one link: it works again when both have ended. */
  @Test
  void aLinkThatWasCutTwiceIsHealedTwice() {
    Set<Link> cut = new TreeSet<>(Comparator.comparingInt(Link::from).thenComparingInt(Link::to));
    LiveLinks links =
        new LiveLinks(
            new LiveLinks.Wires() {
              @Override
              public void cut(Link link, CutMode mode) {
                cut.add(link);
              }

              @Override
              public void heal(Link link) {
                cut.remove(link);
              }
            },
            3);
    List<Runnable> later = new ArrayList<>();
    LinkCuts cuts = new LinkCuts(links.by(CutMode.CLOSE), (nanos, task) -> later.add(task));
    Runnable first = cuts.cutOff(List.of(2));
    Runnable second = cuts.oneWay(List.of(2, 0));
    assertEquals(4, cut.size(), cut::toString);
    first.run();
    first.run();
    assertEquals(Set.of(new Link(2, 0)), cut);
    second.run();
    assertEquals(Set.of(), cut);
    cuts.cutOff(List.of(0));
    links.heal();
    assertEquals(Set.of(), cut);
    cuts.cutOff(List.of(0)).run();
    assertEquals(Set.of(), cut);
    assertEquals(List.of(), later);
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
    Set<FaultKind> others = new TreeSet<>(kinds);
    others.removeIf(FaultKind::adds);
    Set<FaultKind> came =
        drawn.faults().stream().map(Fault::kind).collect(Collectors.toCollection(TreeSet::new));
    came.removeIf(FaultKind::adds);
    assertEquals(others, came);
    LiveFaults.check(drawn, 3, 600 * SECOND);
    assertEquals(drawn.faults(), drawn.lines().stream().map(Fault::parse).toList());
    assertEquals(3, drawn.faults().stream().filter(fault -> fault.kind().adds()).count());
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
