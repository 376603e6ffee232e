package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.sim.workload.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Virtual nodes do what production's do about every effect. */
class InterpreterTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<Outcome<?>> outcomes = new ArrayList<>();

  private static World begun(WorldSettings settings) {
    World world = new World(settings);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
    return world;
  }

  private void add(World world, int node, String element) {
    new VirtualClient(world, world.node(node), () -> true)
        .space(WorldSettings.SPACE)
        .write(
            WriteOptions.local(), tx -> tx.orSet("set", String.class).add(element), outcomes::add);
    world.run(world.nowNanos() + SECOND);
  }

  @Test
  void aKindOfEffectThatIsForgottenIsNoticedBeforeAnyWorldBegins() {
    IllegalStateException forgotten =
        assertThrows(
            IllegalStateException.class,
            () -> new Interpreter().on(Effect.Send.class, (node, send) -> {}).complete());
    assertTrue(String.valueOf(forgotten.getMessage()).contains("ClockJudged"));
    assertFalse(String.valueOf(forgotten.getMessage()).contains("Send"));
  }

  @Test
  void aNodeWhoseClockIsOffDoesNotWriteUntilItIsRight() {
    World world = begun(WorldSettings.of(1, 3));
    world.run(10 * SECOND);
    world.node(2).jump(100_000);
    world.run(world.nowNanos() + SECOND);
    add(world, 2, "refused");
    add(world, 1, "taken");
    Outcome.Failed<?> refused = assertInstanceOf(Outcome.Failed.class, outcomes.get(0));
    assertTrue(refused.error().contains("CLOCK_OFF"), refused::error);
    assertInstanceOf(Outcome.Ok.class, outcomes.get(1));
    world.node(2).jump(-100_000);
    world.run(world.nowNanos() + SECOND);
    add(world, 2, "taken again");
    assertInstanceOf(Outcome.Ok.class, outcomes.get(2));
  }

  @Test
  void whatAllHaveIsNotHeldChangeByChange() {
    World world = begun(WorldSettings.of(2, 3));
    world.node(2).crash(false);
    add(world, 0, "while one is away");
    world.run(world.nowNanos() + 20 * SECOND);
    assertEquals(1, held(world));
    world.node(2).start();
    world.run(world.nowNanos() + 20 * SECOND);
    assertEquals(0, held(world));
  }

  private static int held(World world) {
    VirtualSpace space =
        Objects.requireNonNull(world.node(0).spaceIfHeld(WorldSettings.SPACE), "held");
    return Trimming.held(space.ready());
  }

  @Test
  void aSpaceThatMayNotBeHereLeavesUnlessItHasMovedOn() {
    World world = begun(WorldSettings.of(3, 2));
    add(world, 0, "one");
    VirtualNode node = world.node(1);
    VersionVector frontier = Objects.requireNonNull(node.state(WorldSettings.SPACE)).frontier();
    purge(world, frontier);
    assertNotNull(node.state(WorldSettings.SPACE), "it may be here");
    Objects.requireNonNull(node.spaceIfHeld(WorldSettings.SPACE)).leaving(true);
    purge(world, VersionVector.EMPTY);
    assertNotNull(node.state(WorldSettings.SPACE), "it has moved on");
    purge(world, frontier);
    assertNull(node.state(WorldSettings.SPACE));
    assertFalse(node.disk().spaces().contains(WorldSettings.SPACE));
  }

  private static void purge(World world, VersionVector covered) {
    VirtualNode node = world.node(1);
    node.run(List.of(new Effect.Purge(WorldSettings.SPACE, world.node(0).address(), covered)));
    world.run(world.nowNanos() + SECOND);
  }
}
