package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.check.AcknowledgedChanges;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A space that lives on some nodes only: handed over, removed, and never told to the others. */
class PlacedSpacesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String VAULT = "vault";

  private final List<Outcome<?>> outcomes = new ArrayList<>();
  private final AcknowledgedChanges acknowledged = new AcknowledgedChanges();

  /** The space lives on the first two. */
  private World begun(int slots, int members, PlantedFault planted) {
    World world = new World(WorldSettings.of(1, slots), members, planted);
    world.restrict(VAULT);
    world.observe(acknowledged);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 5 * SECOND), world::whyNotConverged);
    world.run(world.nowNanos() + SECOND);
    return world;
  }

  private void add(World world, int node, String element) {
    new VirtualClient(world, world.node(node), () -> true)
        .space(VAULT)
        .write(
            WriteOptions.local(), tx -> tx.orSet("set", String.class).add(element), outcomes::add);
    world.run(world.nowNanos() + SECOND / 10);
  }

  private static void inject(World world, Fault... faults) {
    new Injector(world, node -> {}).schedule(new Schedule(List.of(faults)));
  }

  private static Fault move(Integer... nodes) {
    return new Fault(0, FaultKind.MOVE, List.of(nodes), 0, 0);
  }

  private static List<Integer> holders(World world) {
    return world.nodes().stream()
        .filter(node -> node.placed().has(VAULT))
        .map(VirtualNode::index)
        .toList();
  }

  private static void settles(World world) {
    world.run(world.nowNanos() + SECOND);
    assertTrue(
        world.runUntil(world::isConverged, world.nowNanos() + 20 * SECOND),
        () -> world.whyNotConverged() + ", found " + world.violations());
  }

  private static long counter(World world, int node) {
    SpaceState state = Objects.requireNonNull(world.node(node).state(VAULT));
    return state.frontier().size() == 0 ? 0 : state.frontier().counterAt(0);
  }

  @Test
  void aSpaceThatMovesIsHandedOverAndThenRemoved() {
    World world = begun(4, 4, PlantedFault.NONE);
    add(world, 0, "x");
    assertEquals(List.of(0, 1), holders(world));
    assertNull(world.node(3).state(VAULT));
    inject(world, move(2, 3));
    settles(world);
    assertEquals(List.of(2, 3), holders(world));
    assertEquals(1, counter(world, 3));
    world.tellHoldings();
    assertFalse(acknowledged.hasViolations(), () -> acknowledged.violations().toString());
  }

  /** It knows of the space, and may ask others to take it, until it is rid of it. */
  @Test
  void aCopyOfADiskOnWhichASpaceLivesHandsItOverAndIsNoLeak() {
    World world = begun(6, 4, PlantedFault.NONE);
    add(world, 0, "x");
    inject(world, move(2, 3));
    settles(world);
    inject(world, new Fault(0, FaultKind.TWIN, List.of(3), 0, 0));
    world.run(world.nowNanos() + SECOND / 100);
    assertTrue(world.node(4).isMember(), "nobody was copied");
    settles(world);
    assertEquals(List.of(2, 3), holders(world));
    assertEquals(List.of(), world.violations());
  }

  /** Nobody waits until it is asked again: not for the space, and not for its chains. */
  @Test
  void aHandoverTakesNoLongerThanWhatIsSaid() {
    World world = begun(4, 4, PlantedFault.NONE);
    add(world, 0, "x");
    inject(world, move(2, 3));
    long begun = world.nowNanos();
    assertTrue(
        world.runUntil(() -> holders(world).equals(List.of(2, 3)), begun + SECOND / 5),
        () -> "after 0.2 s it is on " + holders(world));
  }

  @Test
  void whoMayNotHoldItTakesNothingAndKeepsWhatNobodyElseHas() {
    World world = begun(3, 3, PlantedFault.NONE);
    world.network().cut(0, 2);
    world.network().cut(2, 0);
    world.network().cut(1, 2);
    world.network().cut(2, 1);
    add(world, 0, "x");
    // Whoever of the two is asked: the others hear of it, but for the one that is cut off.
    world
        .node(0)
        .desk()
        .write(
            books -> Places.move(books, VAULT, Places.on(List.of(world.node(2)), false)), () -> {});
    world.run(world.nowNanos() + 10 * SECOND);
    assertEquals(List.of(0, 1), holders(world), "nobody else has it");
    add(world, 0, "refused");
    assertTrue(outcomes.get(1).toString().contains("SPACE_NOT_HELD"), outcomes::toString);
    world.network().heal();
    settles(world);
    assertEquals(List.of(2), holders(world));
    assertEquals(1, counter(world, 2));
  }

  @Test
  void aRemovalThatACrashCutsShortIsMadeGoodByTheNextStart() {
    for (long millis = 0; millis < 60; millis += 2) {
      World world = begun(3, 3, PlantedFault.NONE);
      add(world, 0, "x");
      inject(world, move(1, 2));
      assertTrue(
          world.runUntil(
              () -> world.node(0).spaceIfHeld(VAULT) == null, world.nowNanos() + 20 * SECOND));
      world.run(world.nowNanos() + millis * 100_000);
      world.node(0).crash(true);
      world.run(world.nowNanos() + SECOND);
      world.node(0).start();
      settles(world);
      assertEquals(List.of(1, 2), holders(world));
      assertEquals(List.of(), world.violations());
    }
  }

  @Test
  void whatIsThereWhenASpaceComesBackIsWrittenUnderAnotherReplica() {
    World world = begun(3, 3, PlantedFault.NONE);
    for (int i = 0; i < 3; i++) {
      add(world, 0, "a" + i);
      inject(world, move(2));
      settles(world);
      add(world, 2, "b" + i);
      inject(world, move(0));
      settles(world);
    }
    assertEquals(6, Objects.requireNonNull(world.node(0).state(VAULT)).frontier().size());
    assertEquals(List.of(0), holders(world));
  }

  @Test
  void whereTwoMovesAtOnceLeaveNobodyAnOperatorSaysWho() {
    World world = begun(4, 4, PlantedFault.NONE);
    add(world, 0, "x");
    for (int node : new int[] {2, 3}) {
      VirtualNode home = world.node(node);
      home.desk()
          .write(books -> Places.move(books, VAULT, Places.on(List.of(home), false)), () -> {});
    }
    world.run(world.nowNanos() + 10 * SECOND);
    assertTrue(world.places().isHomeless(VAULT, world.nodes()));
    assertEquals(List.of(0, 1), holders(world));
    new Injector(world, node -> {}).heal();
    settles(world);
    assertEquals(List.of(0), holders(world));
    assertEquals(1, counter(world, 0));
  }

  @Test
  void aNodeThatIsTheOnlyOneWhichMayHoldItDoesNotLeave() {
    World world = begun(4, 4, PlantedFault.NONE);
    add(world, 0, "x");
    inject(world, move(3), new Fault(SECOND, FaultKind.LEAVE, List.of(), 0, 0));
    world.run(world.nowNanos() + 15 * SECOND);
    assertTrue(world.node(3).isMember());
    inject(world, move(0, 3), new Fault(SECOND, FaultKind.LEAVE, List.of(), 0, 0));
    world.run(world.nowNanos() + 15 * SECOND);
    assertFalse(world.node(3).isMember());
    assertEquals(List.of(), world.violations());
  }

  private static List<String> found(World world, int to, Message message) {
    int before = world.violations().size();
    world.sends(world.node(0), world.node(to).address(), message);
    return world.violations().stream().skip(before).map(Violation::checker).toList();
  }

  /** What the checker must let pass, and what not. */
  @Test
  void whatIsToldToOneWhoMayNotHoldItIsFound() {
    World world = begun(4, 4, PlantedFault.NONE);
    add(world, 0, "x");
    SpaceState state = Objects.requireNonNull(world.node(0).state(VAULT));
    VersionVector all = state.frontier();
    Message.Row row = new Message.Row(VAULT, all, state.digest());
    Digest weight = PlacementCheck.weight(VAULT, state.digest());
    List<Message> secrets =
        List.of(
            new Message.Rows(List.of(row), /* answer= */ false),
            new Message.Frontiers(List.of(new Message.FrontierRow(VAULT, all))),
            new Message.Want(VAULT, VersionVector.EMPTY),
            new Message.Covered(VAULT, all),
            new Message.Push(VAULT, 1, List.of()),
            new Message.Hello(Names.MESH_DEFAULT, "id", 1, "of the vault", List.of()));
    for (Message secret : secrets) {
      assertEquals(List.of(), found(world, 1, secret));
      assertTrue(found(world, 3, secret).contains("placement"), secret::toString);
    }
    SpaceState memory = Objects.requireNonNull(world.node(0).state(WorldSettings.SPACE));
    SpaceState books = Objects.requireNonNull(world.node(0).state(VirtualNode.CATALOGUE));
    Digest open =
        PlacementCheck.weight(WorldSettings.SPACE, memory.digest())
            .plus(PlacementCheck.weight(VirtualNode.CATALOGUE, books.digest()));
    assertEquals(List.of(), found(world, 3, new Message.Summary(open)));
    assertEquals(List.of(), found(world, 1, new Message.Summary(open.plus(weight))));
    assertEquals(List.of("placement"), found(world, 3, new Message.Summary(open.plus(weight))));
  }

  /** One that had it is told what it had, and no more. */
  @Test
  void oneThatOffersASpaceIsToldOnlyOfWhatItHas() {
    World world = begun(3, 3, PlantedFault.NONE);
    add(world, 0, "x");
    VersionVector had = Objects.requireNonNull(world.node(1).state(VAULT)).frontier();
    inject(world, move(0));
    settles(world);
    assertEquals(List.of(0), holders(world));
    assertEquals(List.of(), found(world, 1, new Message.Covered(VAULT, had)));
    VersionVector more = had.with(new ReplicaId(77), 1);
    assertTrue(found(world, 1, new Message.Covered(VAULT, more)).contains("placement"));
    assertTrue(found(world, 1, new Message.Push(VAULT, 1, List.of())).contains("placement"));
  }

  @Test
  void theSumThatIsCheckedIsTheOneThatIsSent() {
    World world = begun(3, 3, PlantedFault.NONE);
    add(world, 0, "x");
    Digest all = Digest.ZERO;
    for (VirtualSpace space : world.node(0).held()) {
      all = all.plus(PlacementCheck.weight(space.name(), space.shown().digest()));
    }
    Digest expected = all;
    int[] told = {0};
    world.listen(
        (from, to, message, bytes) -> {
          if (from == 0 && to == 1 && message instanceof Message.Summary summary) {
            assertEquals(expected, summary.total());
            told[0]++;
          }
        });
    world.run(world.nowNanos() + 5 * SECOND);
    assertTrue(told[0] > 0);
  }

  @Test
  void aLoadInASpaceThatMovesMovesIt() {
    SimSettings settings =
        new SimSettings(
            4,
            20 * SECOND,
            Workloads.find("moving").orElseThrow(),
            List.of(FaultKind.MOVE),
            null,
            null,
            Map.of());
    RunResult result = Simulation.run(settings, 2, 0, null);
    assertNull(result.failure());
    assertTrue(
        result.timeline().stream().anyMatch(line -> line.contains("removes 'vault'")),
        () -> String.join("\n", result.timeline()));
  }
}
