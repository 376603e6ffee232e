package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import java.util.ArrayList;
import java.util.List;
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
}
