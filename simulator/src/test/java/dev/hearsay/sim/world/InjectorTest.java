package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.workload.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong does, ends, and takes nothing of what else goes wrong with it. */
class InjectorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000;

  private final List<Outcome<?>> outcomes = new ArrayList<>();

  private static World begun(int nodes) {
    return begun(nodes, nodes);
  }

  private static World begun(int slots, int members) {
    World world = new World(WorldSettings.of(1, slots), members, PlantedFault.NONE);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 2 * SECOND), world::whyNotConverged);
    world.run(2 * SECOND);
    return world;
  }

  private static Injector inject(World world, Fault... faults) {
    Injector injector = new Injector(world, node -> {});
    injector.schedule(new Schedule(List.of(faults)));
    return injector;
  }

  private void add(World world, int node, String element) {
    client(world, node)
        .space(WorldSettings.SPACE)
        .write(
            WriteOptions.local(), tx -> tx.orSet("set", String.class).add(element), outcomes::add);
  }

  private static VirtualClient client(World world, int node) {
    return new VirtualClient(world, world.node(node), () -> true);
  }

  /** Those that make something different for a while. */
  static List<FaultKind> passing() {
    List<FaultKind> others =
        List.of(
            FaultKind.PAUSE,
            FaultKind.JOIN,
            FaultKind.TWIN,
            FaultKind.LEAVE,
            FaultKind.REPLACE,
            FaultKind.REPLACE_VOTERS,
            FaultKind.VOTERS,
            FaultKind.MOVE);
    return Arrays.stream(FaultKind.values()).filter(kind -> !others.contains(kind)).toList();
  }

  private static Fault fault(FaultKind kind, long at, List<Integer> nodes, long seconds) {
    double amount =
        switch (kind) {
          case LOSS, DUPLICATE -> 0.3;
          case FLAP -> 1;
          case REORDER, SLOW, SLOW_DISK, CLOCK, NARROW -> 50;
          default -> 0;
        };
    return new Fault(
        at * SECOND, kind, kind.needsNodes() ? nodes : List.of(), seconds * SECOND, amount);
  }

  private static String condition(World world) {
    return world.network().condition()
        + world.nodes().stream()
            .map(
                node ->
                    "\n%s %s, its clock at %d, its disk %s"
                        .formatted(
                            node,
                            node.isRunning() ? "runs" : "is down",
                            node.wallMillis(),
                            node.disk().condition()))
            .collect(Collectors.joining());
  }

  private static String conditionAfter(long millis, Fault... faults) {
    World world = begun(3);
    inject(world, faults);
    world.run(world.nowNanos() + millis * MILLI);
    return condition(world);
  }

  @ParameterizedTest
  @MethodSource("passing")
  void aFaultThatEndsTakesNothingOfAnotherWithIt(FaultKind kind) {
    Fault longer = fault(kind, 1, List.of(1), 6);
    String without = conditionAfter(4_300, longer);
    String over = conditionAfter(9_000);
    for (FaultKind other : passing()) {
      Fault shorter = fault(other, 2, List.of(0, 1), 1);
      assertEquals(without, conditionAfter(4_300, longer, shorter), () -> kind + " and " + other);
      assertEquals(over, conditionAfter(9_000, longer, shorter), () -> kind + " and " + other);
    }
  }

  @Test
  void whatGoesWrongIsSeen() {
    for (FaultKind kind : passing()) {
      if (kind != FaultKind.OLD_DISK && kind != FaultKind.CLONE) {
        assertNotEquals(
            conditionAfter(2_500),
            conditionAfter(2_500, fault(kind, 2, List.of(1), 6)),
            kind::label);
      }
    }
  }

  @Test
  void everythingHeals() {
    World world = begun(3);
    String before = condition(world);
    List<Fault> faults = new ArrayList<>();
    passing().forEach(kind -> faults.add(fault(kind, 1, List.of(0, 1), 100)));
    faults.add(new Fault(SECOND, FaultKind.PAUSE, List.of(2), 100 * SECOND, 0));
    Injector injector = inject(world, faults.toArray(Fault[]::new));
    world.run(world.nowNanos() + 3 * SECOND);
    injector.heal();
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND));
    long since = world.nowNanos() - 2 * SECOND;
    assertEquals(
        before.replaceAll("clock at [0-9]+", ""),
        condition(world).replaceAll("clock at [0-9]+", ""));
    world
        .nodes()
        .forEach(
            node -> assertTrue(node.wallMillis() - World.EPOCH_MILLIS - since / MILLI < 3_000));
  }

  @Test
  void aProcessThatIsPausedDoesNothingAtAll() {
    World world = begun(2);
    List<String> done = new ArrayList<>();
    add(world, 0, "is being forced to the disk");
    client(world, 0).after(Duration.ofSeconds(1), () -> done.add("a timer of its client"));
    long sent = sentBy(world, 0);
    world.node(0).pause(5 * SECOND);
    long begun = world.nowNanos();
    add(world, 0, "is asked of it");
    add(world, 1, "comes to it");
    world.run(begun + 4 * SECOND);
    assertEquals(1, outcomes.size());
    assertEquals(List.of(), done);
    assertEquals(sent, sentBy(world, 0));
    assertFalse(world.isConverged());
    world.run(begun + 5 * SECOND + SECOND / 2);
    assertEquals(3, outcomes.size());
    assertEquals(List.of("a timer of its client"), done);
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 5 * SECOND));
  }

  /** Counts from the first call on. */
  private long sentBy(World world, int node) {
    if (counted.isEmpty()) {
      world.listen((from, to, message, bytes) -> counted.merge(from, 1L, Long::sum));
      counted.put(node, 0L);
    }
    return counted.getOrDefault(node, 0L);
  }

  private final Map<Integer, Long> counted = new java.util.HashMap<>();

  @Test
  void aProcessThatIsKilledWhileItIsPausedBeginsAnew() {
    World world = begun(2);
    world.node(0).pause(60 * SECOND);
    add(world, 0, "is asked of it");
    world.run(world.nowNanos() + SECOND);
    world.node(0).crash(false);
    world.run(world.nowNanos() + SECOND);
    assertTrue(outcomes.get(0) instanceof Outcome.Failed, outcomes::toString);
    world.node(0).start();
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 5 * SECOND));
  }

  /** A disk on which nothing is written cannot be damaged, and is not taken for one that was. */
  @Test
  void aBitThatIsTurnedNowhereDoesNotCount() {
    World world = begun(3);
    List<String> damaged = new ArrayList<>();
    world.observe(
        new Observer() {
          @Override
          public void diskDamaged(long nanos, String node) {
            damaged.add(node);
          }
        });
    Injector injector =
        inject(
            world,
            new Fault(SECOND, FaultKind.LOST_DISK, List.of(2), 3 * SECOND, 0),
            new Fault(2 * SECOND, FaultKind.CORRUPT, List.of(2), SECOND / 2, 0),
            new Fault(6 * SECOND, FaultKind.CORRUPT, List.of(1), SECOND / 2, 0));
    world.run(world.nowNanos() + 3 * SECOND);
    assertEquals(1, injector.injected());
    assertEquals(List.of("n2"), damaged);
    world.run(world.nowNanos() + 4 * SECOND);
    assertEquals(2, injector.injected());
    assertEquals(List.of("n2", "n1"), damaged);
  }

  @Test
  void aTwinBecomesANodeOfItsOwn() {
    World world = begun(5, 4);
    add(world, 3, "written before");
    world.run(world.nowNanos() + SECOND);
    inject(world, new Fault(0, FaultKind.TWIN, List.of(3), 0, 0));
    world.run(world.nowNanos() + SECOND / 100);
    assertEquals(world.node(3).disk().nodeId, world.node(4).disk().nodeId);
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND));
    world.run(world.nowNanos() + 10 * SECOND);
    assertNotEquals(world.node(3).disk().nodeId, world.node(4).disk().nodeId);
    assertEquals(1, inject(world, new Fault(0, FaultKind.TWIN, List.of(0), 0, 0)).injected() + 1);
  }

  @Test
  void othersBecomeVotersAndTheOldOnesMayLeave() {
    World world = begun(5);
    Injector injector =
        inject(
            world,
            new Fault(0, FaultKind.VOTERS, List.of(0, 1, 4), 0, 0),
            new Fault(5 * SECOND, FaultKind.LEAVE, List.of(), 0, 0));
    world.run(world.nowNanos() + 10 * SECOND);
    assertEquals(
        new TreeSet<>(
            List.of(
                world.node(0).disk().nodeId,
                world.node(1).disk().nodeId,
                world.node(4).disk().nodeId)),
        new TreeSet<>(world.node(2).desk().view(WorldSettings.SPACE).settled().get(0)));
    assertTrue(world.node(4).isMember(), "a voter has left, though nobody said so");
    assertFalse(world.node(3).isMember());
    assertEquals(2, injector.injected());
  }

  private static String comesToNothing(World world) {
    return world.trace().lines().stream()
        .filter(line -> line.contains("comes to nothing: "))
        .map(line -> line.substring(line.indexOf("comes to nothing: ") + 18))
        .collect(Collectors.joining("; "));
  }

  private static void isNothing(int nodes, String why, String... faults) {
    World world = begun(nodes);
    Injector injector =
        inject(world, Arrays.stream(faults).map(Fault::parse).toArray(Fault[]::new));
    world.run(world.nowNanos() + 15 * SECOND);
    assertEquals(faults.length - 1, injector.injected());
    assertEquals(faults[faults.length - 1] + ": " + why, comesToNothing(world));
  }

  @Test
  void whatComesToNothingIsNotCountedAndTheTimelineSaysWhy() {
    isNothing(3, "there is no room for one more node", "0.000 join");
    isNothing(2, "two nodes stay", "0.000 leave n0");
    isNothing(4, "n3 is down", "0.000 crash n3 for 5.000", "0.001 leave n3");
    isNothing(4, "no other node is there, and nothing is cut", "0.000 cut n0 n1 n2 n3 for 1.000");
    isNothing(4, "none of its nodes is there", "0.000 leave n3", "5.000 crash n3 for 1.000");
    isNothing(
        4, "no two ends of it are there", "0.000 leave n3", "5.000 one-way n3 n0 n1 for 1.000");
    isNothing(4, "all spaces live everywhere", "0.000 move n1");
    isNothing(4, "n1 votes", "0.000 twin n1");
  }

  @Test
  void aNodeThatStaysAfterAllHasNotLeft() {
    World world = begun(4);
    Injector injector =
        inject(world, Fault.parse("0.000 cut n3 for 20"), Fault.parse("0.500 leave n3"));
    world.run(world.nowNanos() + SECOND / 5);
    add(world, 3, "which nobody else has");
    world.run(world.nowNanos() + 5 * SECOND);
    assertEquals(1, injector.injected(), "it is about to leave, and has not");
    world.run(world.nowNanos() + 10 * SECOND);
    assertTrue(world.node(3).isMember());
    assertEquals(1, injector.injected());
    assertEquals(
        "0.500 leave n3: no other node has all that it has, after 10 s", comesToNothing(world));
  }

  @Test
  void votersAreCountedWhenTheyAreInForce() {
    World world = begun(4);
    Injector injector =
        inject(
            world, Fault.parse("0.000 crash n1 n2 for 30"), Fault.parse("0.500 voters n0 n1 n3"));
    world.run(world.nowNanos() + 5 * SECOND);
    assertEquals(1, injector.injected(), "nobody has decided who votes");
    world.run(world.nowNanos() + 10 * SECOND);
    assertEquals(1, injector.injected());
    assertEquals("0.500 voters n0 n1 n3: no space has the new voters", comesToNothing(world));
  }

  @Test
  void aNodeThatSendsTooMuchForItsLinksLosesPackets() {
    World world = begun(2);
    world.network().narrow(0, 1_000);
    for (int i = 0; i < 50; i++) {
      add(world, 0, "x".repeat(1_000) + i);
    }
    assertFalse(world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND));
    world.network().heal();
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND));
  }
}
