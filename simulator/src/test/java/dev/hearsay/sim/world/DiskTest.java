package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What goes wrong with disks, and what is left of them. */
class DiskTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String SPACE = WorldSettings.SPACE;

  private final World world = new World(WorldSettings.of(1, 3));

  private Disk disk(long seed) {
    return new Disk(world, 0, new SplittableRandom(seed));
  }

  private static void append(Disk disk, String event) {
    disk.append(SPACE, event.getBytes(StandardCharsets.UTF_8), () -> {});
  }

  private void force(Disk disk, String... events) {
    for (String event : events) {
      append(disk, event);
      world.run(world.nowNanos() + SECOND);
    }
  }

  private static List<String> events(Disk disk) throws Disk.DamagedException {
    return disk.recover(SPACE).events().stream()
        .map(event -> new String(event, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aTornWriteLeavesAPartThatRecoveryCutsOff() throws Disk.DamagedException {
    int torn = 0;
    for (long seed = 0; seed < 30; seed++) {
      for (boolean tears : List.of(false, true)) {
        Disk disk = disk(seed);
        force(disk, "one");
        append(disk, "the second");
        disk.crash(tears);
        // Whoever does not recover writes behind what is there.
        Disk unseen = disk.image();
        force(unseen, "three");
        boolean part = isDamaged(unseen);
        torn += part ? 1 : 0;
        assertTrue(tears || !part, "torn without tearing");

        List<String> left = events(disk);
        assertTrue(left.equals(List.of("one")) || left.equals(List.of("one", "the second")));
        force(disk, "three");
        List<String> after = new ArrayList<>(left);
        after.add("three");
        assertEquals(after, events(disk));
      }
    }
    assertTrue(torn > 5, torn + " were torn");
  }

  private static boolean isDamaged(Disk disk) {
    try {
      disk.recover(SPACE);
      return false;
    } catch (Disk.DamagedException e) {
      return true;
    }
  }

  @Test
  void aTurnedBitInTheMiddleIsDamageUntilAnOperatorLeavesItOut() throws Disk.DamagedException {
    int middle = 0;
    for (long seed = 0; seed < 12; seed++) {
      Disk disk = disk(seed);
      force(disk, "one", "two", "three");
      String hit = disk.corrupt(new SplittableRandom(seed)).what();
      List<String> left = new ArrayList<>(List.of("one", "two", "three"));
      left.remove(Integer.parseInt(hit.substring(6, 7)) - 1);
      if (hit.startsWith("event 3")) {
        // It cannot be told from one that was torn.
        assertEquals(left, events(disk));
      } else {
        middle++;
        Disk.DamagedException why =
            assertThrows(Disk.DamagedException.class, () -> disk.recover(SPACE));
        assertTrue(String.valueOf(why.getMessage()).startsWith(hit.substring(0, 7)), hit);
        disk.repair(SPACE);
        assertEquals(left, events(disk));
      }
    }
    assertTrue(middle > 3, middle + " in the middle");
  }

  @Test
  void aDamagedSnapshotIsPassedOverForTheOneBefore() throws Disk.DamagedException {
    SpaceState first = state("first");
    SpaceState second = state("second");
    Disk disk = disk(1);
    force(disk, "one");
    disk.save(SPACE, new JournaledState(first, null));
    force(disk, "two");
    disk.save(SPACE, new JournaledState(second, null));
    force(disk, "three");
    assertRecovered(disk, second, "three");

    SplittableRandom chance = new SplittableRandom(1);
    Disk damaged = disk.image();
    while (damaged.corrupt(chance).isEvent()) {
      damaged = disk.image();
    }
    assertRecovered(damaged, first, "two", "three");
    assertRecovered(disk, second, "three");
  }

  @Test
  void anEventIsOneWhateverItsSpaceIsCalled() {
    Disk disk = disk(1);
    disk.append("the newest snapshot", new byte[] {1, 2}, () -> {});
    assertFalse(disk.hasEvents());
    assertThrows(IllegalStateException.class, () -> disk.corrupt(new SplittableRandom(1)));
    world.run(world.nowNanos() + SECOND);
    assertTrue(disk.hasEvents());
    Disk.Damage hit = disk.corrupt(new SplittableRandom(1));
    assertTrue(hit.isEvent(), hit::what);
    assertEquals("event 1 of the newest snapshot", hit.what());
  }

  private static void assertRecovered(Disk disk, SpaceState snapshot, String... events)
      throws Disk.DamagedException {
    JournaledState found = disk.recover(SPACE).snapshot();
    assertNotNull(found);
    assertEquals(snapshot.digest(), found.state().digest());
    assertEquals(List.of(events), events(disk));
  }

  private static SpaceState state(String element) {
    SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
    core.mint(
        HybridTime.ofMillis(1),
        "a",
        draft -> new DraftTransaction(draft).orSet("set", String.class).add(element));
    return core.head();
  }

  private void begin() {
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
  }

  private void add(int node, String element) {
    new Session(
            "s",
            new VirtualClient(world, world.node(node), () -> true),
            new Session.Takedown(0, operations -> {}))
        .write(SPACE, tx -> tx.orSet("set", String.class).add(element));
  }

  private String elements(int node) {
    List<String> found = new ArrayList<>();
    new VirtualClient(world, world.node(node), () -> true)
        .space(SPACE)
        .read(
            ReadOptions.local(),
            outcome -> {
              if (outcome instanceof Outcome.Ok<Snapshot> ok) {
                found.addAll(ok.value().orSet("set", String.class).values());
              }
            });
    return String.join(" ", found.stream().sorted().toList());
  }

  private void inject(FaultKind kind, long at, long seconds) {
    new Injector(world, node -> {})
        .schedule(
            new Schedule(List.of(new Fault(at * SECOND, kind, List.of(1), seconds * SECOND, 0))));
  }

  private void cutOff(boolean cut) {
    for (int other : List.of(0, 2)) {
      for (int[] link : new int[][] {{1, other}, {other, 1}}) {
        if (cut) {
          world.network().cut(link[0], link[1]);
        } else {
          world.network().restore(link[0], link[1]);
        }
      }
    }
  }

  @Test
  void aDamagedJournalIsRepairedByItsOperatorAndFilledUpByTheOthers() {
    begin();
    boolean repaired = false;
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 4; i++) {
        add(1, "x" + round + i);
        world.run(world.nowNanos() + SECOND / 10);
      }
      inject(FaultKind.CORRUPT, 1, 1);
      world.run(world.nowNanos() + 3 * SECOND);
      assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 30 * SECOND));
      assertEquals(elements(0), elements(1));
      assertTrue(elements(0).contains("x" + round + 3), () -> elements(0));
      repaired |= world.trace().lines().stream().anyMatch(line -> line.contains("is repaired by"));
    }
    assertTrue(repaired, "no journal was damaged in the middle");
    assertEquals(List.of(), world.violations());
  }

  @Test
  void anOldDiskHasWhatWasThereThen() {
    begin();
    add(1, "before");
    world.run(world.nowNanos() + SECOND);
    cutOff(true);
    inject(FaultKind.OLD_DISK, 1, 3);
    world.run(world.nowNanos() + 2 * SECOND);
    add(1, "since");
    world.run(world.nowNanos() + SECOND);
    assertEquals("before since", elements(1));
    world.run(world.nowNanos() + 2 * SECOND);
    assertEquals("before", elements(1));
    cutOff(false);
    assertTrue(world.runUntil(world::isConverged, world.nowNanos() + 30 * SECOND));
    assertEquals("before", elements(0));
  }

  @Test
  void aClonedMachineMakesTwoBranchesAndNothingOfEitherIsLost() {
    begin();
    add(1, "before");
    world.run(world.nowNanos() + SECOND);
    inject(FaultKind.CLONE, 1, 3);
    world.run(world.nowNanos() + 2 * SECOND);
    add(1, "one branch");
    world.run(world.nowNanos() + SECOND);
    assertEquals("before one branch", elements(0));
    cutOff(true);
    world.run(world.nowNanos() + 2 * SECOND);
    assertEquals("before", elements(1));
    add(1, "the other");
    world.run(world.nowNanos() + SECOND);
    assertEquals("before the other", elements(1));

    SpaceState here = world.node(1).state(SPACE);
    SpaceState there = world.node(0).state(SPACE);
    assertNotNull(here);
    assertNotNull(there);
    int branches = 0;
    for (ReplicaId replica : here.heads().keySet()) {
      ReplicaHead mine = here.head(replica);
      ReplicaHead theirs = there.head(replica);
      branches += mine.counter() == theirs.counter() && mine.hash() != theirs.hash() ? 1 : 0;
    }
    assertEquals(1, branches);
    assertNotEquals(here.digest(), there.digest());

    cutOff(false);
    assertTrue(
        world.runUntil(world::isConverged, world.nowNanos() + 60 * SECOND), world::whyNotConverged);
    assertEquals("before one branch the other", elements(0));
    assertEquals("before one branch the other", elements(1));
  }
}
