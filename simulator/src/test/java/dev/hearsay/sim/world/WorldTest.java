package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<Outcome<?>> outcomes = new ArrayList<>();

  private World begun(WorldSettings settings) {
    World world = new World(settings);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
    return world;
  }

  private static VirtualClient client(World world, int node) {
    return new VirtualClient(world, world.node(node), () -> true);
  }

  private void add(World world, int node, WriteOptions options, String element) {
    client(world, node)
        .space(WorldSettings.SPACE)
        .write(options, tx -> tx.orSet("set", String.class).add(element), outcomes::add);
  }

  private static String elements(World world, int node) {
    List<String> found = new ArrayList<>();
    client(world, node)
        .space(WorldSettings.SPACE)
        .read(
            ReadOptions.local(),
            outcome -> {
              if (outcome instanceof Outcome.Ok<?> ok
                  && ok.value() instanceof dev.hearsay.mesh.Snapshot snapshot) {
                found.addAll(snapshot.orSet("set", String.class).values());
              }
            });
    return String.join(" ", found.stream().sorted().toList());
  }

  @Test
  void aWriteReachesEveryNodeThatIsNotCutOffAndTheOthersWhenTheLinkIsBack() {
    World world = begun(WorldSettings.of(1, 3));
    world.network().cut(0, 2);
    world.network().cut(1, 2);
    add(world, 0, WriteOptions.local(), "apple");
    world.run(world.nowNanos() + SECOND);
    assertEquals("apple", elements(world, 1));
    assertEquals("", elements(world, 2));
    world.network().restore(0, 2);
    world.network().restore(1, 2);
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 10 * SECOND));
    assertEquals("apple", elements(world, 2));
    assertEquals(List.of(), world.violations());
  }

  /** As packets of Pekko's connections do not; the pieces of a large one must not depend on it. */
  @Test
  void largeChangesArriveWherePacketsOvertakeEachOther() {
    Latency heavy = new Latency(0, 2_000_000, Latency.Form.LOGNORMAL, 1);
    World world = begun(WorldSettings.of(1, 3).withNetwork(heavy, 0, 0, false, 0));
    for (int i = 0; i < 10; i++) {
      add(world, 0, WriteOptions.local(), i + "x".repeat(300_000));
    }
    assertTrue(
        world.runUntil(world::isConverged, world.nowNanos() + 2 * SECOND), world::whyNotConverged);
    assertEquals(10, elements(world, 2).split(" ").length);
    assertEquals(List.of(), world.violations());
  }

  @Test
  void whatIsAcknowledgedSurvivesACrashAndWhatIsNotForcedDoesNot() {
    World world = begun(WorldSettings.of(2, 1));
    add(world, 0, WriteOptions.local(), "kept");
    world.run(world.nowNanos() + SECOND);
    assertEquals(1, outcomes.size());
    assertTrue(outcomes.get(0) instanceof Outcome.Ok);
    world.node(0).disk().slow(SECOND);
    add(world, 0, WriteOptions.local(), "waits");
    add(world, 0, WriteOptions.local(), "waits too");
    world.run(world.nowNanos() + SECOND / 10);
    assertEquals(1, outcomes.size());
    world.node(0).crash(false);
    assertEquals(3, outcomes.size());
    assertTrue(outcomes.get(2) instanceof Outcome.Unknown, () -> outcomes.get(2).toString());
    world.node(0).start();
    world.run(world.nowNanos() + SECOND);
    assertFalse(elements(world, 0).contains("too"));
    assertTrue(elements(world, 0).startsWith("kept"));
  }

  @Test
  void aQuorumNeedsMostOfTheVoters() {
    World world = begun(WorldSettings.of(3, 5));
    world.node(1).crash(false);
    add(world, 4, WriteOptions.quorum(Duration.ofSeconds(2)), "two of three");
    world.run(world.nowNanos() + 4 * SECOND);
    assertTrue(outcomes.get(0) instanceof Outcome.Ok, outcomes::toString);
    world.node(2).crash(false);
    add(world, 4, WriteOptions.quorum(Duration.ofSeconds(2)), "one of three");
    world.run(world.nowNanos() + 4 * SECOND);
    assertTrue(outcomes.get(1) instanceof Outcome.Unknown, outcomes::toString);
  }

  @Test
  void aFullDiskRefusesAndWritingGoesOnWhenThereIsRoom() {
    World world = begun(WorldSettings.of(4, 2));
    Runnable room = world.node(0).disk().fill();
    add(world, 0, WriteOptions.local(), "refused");
    world.run(world.nowNanos() + SECOND);
    assertTrue(outcomes.get(0) instanceof Outcome.Failed, outcomes::toString);
    room.run();
    world.run(world.nowNanos() + 5 * SECOND);
    add(world, 0, WriteOptions.local(), "taken");
    world.run(world.nowNanos() + SECOND);
    assertEquals("taken", elements(world, 1));
  }

  @Test
  void onlyTheLinksOfTheTopologyCarryMessages() {
    World world = new World(WorldSettings.of(5, 7).withTopology(Topology.tree(7)));
    List<String> links = new ArrayList<>();
    world.listen((from, to, message, bytes) -> links.add(from + "-" + to));
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
    assertTrue(links.contains("0-1"));
    assertFalse(links.contains("0-3"));
    assertTrue(world.tally().elements() > 0);
  }

  @Test
  void aLostDiskComesBackFromTheOthers() {
    World world = begun(WorldSettings.of(6, 3));
    add(world, 2, WriteOptions.local(), "apple");
    world.run(world.nowNanos() + SECOND);
    world.node(2).crash(false);
    world.node(2).disk().wipe();
    world.node(2).start();
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 10 * SECOND));
    assertEquals("apple", elements(world, 2));
  }

  @Test
  void theSameSeedIsTheSameRunToTheByte() {
    assertEquals(traceOf(7), traceOf(7));
    assertNotEquals(traceOf(7), traceOf(8));
  }

  private long traceOf(long seed) {
    World world =
        begun(WorldSettings.of(seed, 4).withNetwork(Latency.LAN, 0.05, 0.05, false, 1_000_000));
    for (int i = 0; i < 40; i++) {
      add(world, i % 4, WriteOptions.local(), "e" + i);
      if (i == 20) {
        world.node(3).crash(true);
        world.node(3).start();
      }
      world.run(world.nowNanos() + SECOND / 10);
    }
    return world.trace().hash();
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    WorldSettings settings = WorldSettings.of(1, 3);
    assertThrows(IllegalArgumentException.class, () -> WorldSettings.of(1, 0));
    assertThrows(IllegalArgumentException.class, () -> WorldSettings.of(1, 1_002));
    assertThrows(
        IllegalArgumentException.class, () -> settings.withNetwork(Latency.LAN, 1.5, 0, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new Latency(-1, 0));
  }
}
