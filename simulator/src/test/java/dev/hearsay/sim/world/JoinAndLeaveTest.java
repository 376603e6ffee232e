package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A node that joins gets everything, and one that leaves takes nothing with it. */
class JoinAndLeaveTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String SPACE = WorldSettings.SPACE;

  private static World begun(int slots, int members) {
    World world = new World(WorldSettings.of(1, slots), members, PlantedFault.NONE);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 5 * SECOND), world::whyNotConverged);
    return world;
  }

  private static void add(World world, int node, String element) {
    new VirtualClient(world, world.node(node), () -> true)
        .space(SPACE)
        .write(
            WriteOptions.local(), tx -> tx.orSet("set", String.class).add(element), outcome -> {});
  }

  private static void inject(World world, FaultKind kind, List<VirtualNode> joined) {
    new Injector(world, joined::add)
        .schedule(new Schedule(List.of(new Fault(0, kind, List.of(), 0, 0))));
  }

  @Test
  void aFreshNodeThatJoinsGetsEverything() {
    World world = begun(5, 4);
    for (int i = 0; i < 20; i++) {
      add(world, i % 4, "e" + i);
      world.run(world.nowNanos() + SECOND / 20);
    }
    assertFalse(world.node(4).isMember());
    assertNull(world.node(4).state(SPACE));
    List<VirtualNode> joined = new ArrayList<>();
    inject(world, FaultKind.JOIN, joined);
    world.run(world.nowNanos() + SECOND / 100);
    assertEquals(List.of(world.node(4)), joined);
    assertTrue(world.node(4).isMember());
    assertTrue(
        world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND), world::whyNotConverged);
    SpaceState here = world.node(4).state(SPACE);
    SpaceState there = world.node(0).state(SPACE);
    assertNotNull(here);
    assertNotNull(there);
    assertEquals(there.frontier(), here.frontier());
    assertEquals(there.digest(), here.digest());
    assertEquals(20, here.diff(VersionVector.EMPTY).shippedDots().size());

    // It is one of them: what it writes reaches the others.
    add(world, 4, "its own");
    world.run(world.nowNanos() + SECOND);
    assertTrue(world.isConverged(), world::whyNotConverged);
    // There is no room for one more.
    inject(world, FaultKind.JOIN, joined);
    world.run(world.nowNanos() + SECOND);
    assertEquals(1, joined.size());
    assertEquals(List.of(), world.violations());
  }

  @Test
  void aNodeLeavesWhenOthersHaveWhatItHas() {
    World world = begun(5, 5);
    for (int other = 0; other < 4; other++) {
      world.network().cut(4, other);
      world.network().cut(other, 4);
    }
    add(world, 4, "its own");
    world.run(world.nowNanos() + SECOND);
    inject(world, FaultKind.LEAVE, new ArrayList<>());
    world.run(world.nowNanos() + 3 * SECOND);
    assertTrue(world.node(4).isMember(), "it has left with what nobody else has");
    assertTrue(world.node(4).isRunning());
    for (int other = 0; other < 4; other++) {
      world.network().restore(4, other);
      world.network().restore(other, 4);
    }
    assertTrue(
        world.runUntil(() -> !world.node(4).isMember(), world.nowNanos() + 6 * SECOND),
        "it does not leave");
    assertFalse(world.node(4).isRunning());
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 10 * SECOND));
    SpaceState left = world.node(0).state(SPACE);
    assertNotNull(left);
    assertEquals(1, left.diff(VersionVector.EMPTY).shippedDots().size());
    assertEquals(List.of(), world.violations());
  }

  private static Injector inject(World world, Fault... faults) {
    Injector injector = new Injector(world, node -> {});
    injector.schedule(new Schedule(List.of(faults)));
    return injector;
  }

  private static Fault fault(long second, FaultKind kind, Integer... nodes) {
    return new Fault(second * SECOND, kind, List.of(nodes), 0, 0);
  }

  private static Set<String> voters(World world, int asked) {
    return world.node(asked).desk().view(SPACE).voters();
  }

  private static Set<String> ids(World world, int... nodes) {
    Set<String> ids = new TreeSet<>();
    for (int node : nodes) {
      ids.add(world.node(node).disk().nodeId);
    }
    return ids;
  }

  private static void quorumWrites(World world, int node, List<Boolean> acknowledged) {
    new VirtualClient(world, world.node(node), () -> true)
        .space(SPACE)
        .write(
            WriteOptions.quorum(Duration.ofSeconds(5)),
            tx -> tx.orSet("set", String.class).add("of a quorum"),
            outcome -> acknowledged.add(outcome instanceof Outcome.Ok));
  }

  @Test
  void aVoterLeavesWhenAnotherVotesInItsPlace() {
    World world = begun(4, 4);
    add(world, 0, "its own");
    Injector injector = inject(world, fault(1, FaultKind.LEAVE, 0));
    assertTrue(world.runUntil(() -> !world.node(0).isMember(), world.nowNanos() + 8 * SECOND));
    assertEquals(1, injector.injected());
    assertEquals(ids(world, 1, 2, 3), voters(world, 1));
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 10 * SECOND));
    // A quorum does not count on who is gone.
    world.node(1).crash(false);
    List<Boolean> acknowledged = new ArrayList<>();
    quorumWrites(world, 2, acknowledged);
    world.run(world.nowNanos() + 6 * SECOND);
    assertEquals(List.of(true), acknowledged);
    assertEquals(List.of(), world.violations());
  }

  @Test
  void aNodeThatJoinedVotesForOneThatItReplacesAndLeavesInItsTurn() {
    World world = begun(5, 3);
    Injector injector =
        inject(
            world,
            fault(1, FaultKind.REPLACE, 1),
            fault(9, FaultKind.REPLACE, 3),
            fault(17, FaultKind.LEAVE, 4));
    world.run(world.nowNanos() + 8 * SECOND);
    assertFalse(world.node(1).isMember());
    assertEquals(ids(world, 0, 2, 3), voters(world, 0));
    world.run(world.nowNanos() + 8 * SECOND);
    assertFalse(world.node(3).isMember());
    assertEquals(ids(world, 0, 2, 4), voters(world, 0));
    world.run(world.nowNanos() + 8 * SECOND);
    assertFalse(world.node(4).isMember());
    assertEquals(ids(world, 0, 2), voters(world, 0));
    assertEquals(3, injector.injected());
    assertTrue(world.isConverged(), world::whyNotConverged);
    assertEquals(List.of(), world.violations());
  }

  @Test
  void twoNodesStayAndSoDoesAVoterWhoseSuccessorsDiskWillBeLost() {
    World world = begun(4, 4);
    Injector injector =
        inject(
            world,
            new Fault(30 * SECOND, FaultKind.LOST_DISK, List.of(2), SECOND, 0),
            new Fault(40 * SECOND, FaultKind.LOST_DISK, List.of(3), SECOND, 0),
            fault(1, FaultKind.LEAVE, 0),
            fault(2, FaultKind.LEAVE, 2),
            fault(3, FaultKind.LEAVE, 3));
    world.run(world.nowNanos() + 15 * SECOND);
    assertTrue(world.node(0).isMember(), "of its voters only one would keep its disk");
    assertFalse(world.node(2).isMember());
    assertFalse(world.node(3).isMember());
    assertEquals(2, injector.injected());
    assertEquals(0, inject(world, fault(0, FaultKind.LEAVE, 1)).injected());
    world.run(world.nowNanos() + 5 * SECOND);
    assertTrue(world.node(1).isMember());
  }

  @Test
  void manyJoinAndLeaveUnderLoadAndNothingIsLost() {
    for (String workload : List.of("sets", "quorums", "hand-over", "sessions", "moving")) {
      SimSettings settings =
          new SimSettings(
              4,
              60 * SECOND,
              Workloads.find(workload).orElseThrow(),
              List.of(FaultKind.JOIN, FaultKind.LEAVE, FaultKind.REPLACE, FaultKind.CRASH),
              null,
              null,
              Map.of());
      RunResult result = Simulation.run(settings, 3, 0, null);
      assertNull(result.failure(), () -> workload + ": " + result.failure());
      assertTrue(result.faults() > 5, () -> workload + ": " + result.faults() + " faults");
    }
  }
}
