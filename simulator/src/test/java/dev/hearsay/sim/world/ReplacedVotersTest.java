package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Most of the voters are lost for good, and an operator puts others in their place by force. */
class ReplacedVotersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String SPACE = WorldSettings.SPACE;

  private static World begun(int nodes) {
    World world = new World(WorldSettings.of(4, nodes));
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 5 * SECOND), world::whyNotConverged);
    return world;
  }

  private static Injector inject(World world, String... faults) {
    Injector injector = new Injector(world, node -> {});
    injector.schedule(new Schedule(List.of(faults).stream().map(Fault::parse).toList()));
    return injector;
  }

  private static Set<String> ids(World world, int... nodes) {
    Set<String> ids = new TreeSet<>();
    for (int node : nodes) {
      ids.add(world.node(node).disk().nodeId);
    }
    return ids;
  }

  private static Set<String> voters(World world, int node) {
    return world.node(node).desk().view(SPACE).voters();
  }

  /** Whether a quorum acknowledges a write at the node. */
  private static boolean isAcknowledged(World world, int node) {
    List<Boolean> acknowledged = new ArrayList<>();
    new VirtualClient(world, world.node(node), () -> true)
        .space(SPACE)
        .write(
            WriteOptions.quorum(Duration.ofSeconds(2)),
            tx -> tx.pnCounter("writes").increment(),
            outcome -> acknowledged.add(outcome instanceof Outcome.Ok));
    world.run(world.nowNanos() + 3 * SECOND);
    return acknowledged.get(0);
  }

  @Test
  void aMinuteAfterMostVotersAreLostOthersVoteInTheirPlace() {
    World world = begun(5);
    assertTrue(isAcknowledged(world, 4));
    Injector injector = inject(world, "1 replace-voters n0 n2");
    world.run(world.nowNanos() + 3 * SECOND);
    assertFalse(world.node(0).isMember());
    assertFalse(world.node(2).isMember());
    assertFalse(isAcknowledged(world, 4));
    world.run(world.nowNanos() + 50 * SECOND);
    assertFalse(isAcknowledged(world, 4), "they were replaced when they may still be counted");
    assertTrue(
        world.runUntil(
            () -> voters(world, 4).equals(ids(world, 1, 3, 4)), world.nowNanos() + 20 * SECOND));
    assertTrue(isAcknowledged(world, 4));
    assertEquals(1, injector.injected());
    assertTrue(world.isConverged(), world::whyNotConverged);
    assertEquals(List.of(), world.violations());
  }

  @Test
  void nothingIsForcedWhereMostVotersAreThereOrNobodyIsLeft() {
    World world = begun(5);
    assertEquals(0, injected(world, "0 replace-voters n0"));
    assertEquals(0, injected(world, "0 replace-voters n0 n3 n4"));
    assertEquals(0, injected(world, "0 replace-voters n0 n1 n2 n3"));
    assertEquals(5, world.nodes().stream().filter(VirtualNode::isMember).count());
  }

  private static long injected(World world, String fault) {
    Injector injector = inject(world, fault);
    world.run(world.nowNanos() + SECOND);
    return injector.injected();
  }

  private static RunResult run(PlantedFault fault) {
    return Simulation.run(PlantedRuns.settings(PlantedFault.REPLACES_WITHOUT_ASKING), 0, fault);
  }

  @Test
  void whoseWordIsMissingIsWaitedForElseQuorumWritesAreNotRead() {
    RunResult right = run(PlantedFault.NONE);
    assertNull(right.failure(), () -> String.valueOf(right.failure()));
    assertTrue(
        right.timeline().stream().anyMatch(line -> line.contains("has new voters for 'memory'")),
        () -> "nobody was replaced: " + right.timeline());
    Violation found = run(PlantedFault.REPLACES_WITHOUT_ASKING).failure();
    assertNotNull(found);
    assertEquals("quorum-guarantees", found.checker());
  }

  @Test
  void underLoadAndOtherFaultsNoQuorumReadMissesWhatAVoterLeftHas() {
    int replaced = 0;
    for (long seed = 0; seed < 6; seed++) {
      SimSettings settings =
          new SimSettings(
              6,
              120 * SECOND,
              Workloads.find("quorums").orElseThrow(),
              List.of(FaultKind.REPLACE_VOTERS, FaultKind.CUT, FaultKind.LOSS, FaultKind.FLAP),
              null,
              null,
              Map.of());
      RunResult result = Simulation.run(settings, seed, 0, null);
      assertNull(result.failure(), () -> String.valueOf(result.failure()));
      replaced +=
          result.timeline().stream().anyMatch(line -> line.contains("has new voters for 'memory'"))
              ? 1
              : 0;
    }
    assertTrue(replaced > 2, replaced + " of 6 runs have lost voters replaced");
  }
}
