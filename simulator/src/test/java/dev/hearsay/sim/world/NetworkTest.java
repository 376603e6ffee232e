package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The network does what the settings and the faults say. In a world that has not begun, what waits
 * is what is on its way.
 */
class NetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000;
  private static final int MANY = 20_000;
  private static final Latency NONE = new Latency(0, 0);

  private static World world(
      Latency latency, double loss, double duplicates, boolean ordered, long bytesASecond) {
    return new World(
        WorldSettings.of(1, 4).withNetwork(latency, loss, duplicates, ordered, bytesASecond));
  }

  /** Sends many; how many are on their way. */
  private static int send(World world, int count) {
    for (int i = 0; i < count; i++) {
      world.network().send(0, World.address(1), new Message.Rows(List.of(), true));
    }
    return world.waiting();
  }

  private static void assertNear(double due, double found, double part) {
    assertTrue(Math.abs(found - due) <= due * part, () -> found + " is not near " + due);
  }

  @Test
  void soManyAreLostAndSoManyComeTwice() {
    assertEquals(MANY, send(world(NONE, 0, 0, true, 0), MANY));
    assertNear(0.9 * MANY, send(world(NONE, 0.1, 0, true, 0), MANY), 0.01);
    assertNear(1.2 * MANY, send(world(NONE, 0, 0.2, true, 0), MANY), 0.01);

    World world = world(NONE, 0.1, 0, true, 0);
    Runnable end = world.network().lose(0.5);
    // What gets through must get through both.
    assertNear(0.45 * MANY, send(world, MANY), 0.03);
    end.run();
    int before = world.waiting();
    assertNear(0.9 * MANY, send(world, MANY) - before, 0.01);
    Runnable single = world.network().duplicate(0.3);
    before = world.waiting();
    assertNear(0.9 * 1.3 * MANY, send(world, MANY) - before, 0.02);
    single.run();
  }

  @Test
  void aPacketTakesTheLeastAndOnAverageTheMean() {
    World world = world(new Latency(2 * MILLI, 3 * MILLI), 0, 0, false, 0);
    send(world, MANY);
    world.run(2 * MILLI - 1);
    assertEquals(MANY, world.waiting());
    double sum = (double) MANY * 2 * MILLI;
    long step = MILLI / 20;
    while (world.waiting() > 0) {
      sum += (double) world.waiting() * step;
      world.run(world.nowNanos() + step);
    }
    assertNear(5 * MILLI, sum / MANY, 0.03);
  }

  @Test
  void slowLinksTakeLongerAndTheOthersDoNot() {
    World world = world(new Latency(MILLI, 0), 0, 0, true, 0);
    world.network().slow(0, 1, 100 * MILLI);
    send(world, 10);
    world.network().send(1, World.address(0), new Message.Rows(List.of(), true));
    world.run(2 * MILLI);
    assertEquals(10, world.waiting());
    world.run(101 * MILLI - 1);
    assertEquals(10, world.waiting());
    world.run(101 * MILLI);
    assertEquals(0, world.waiting());
  }

  @Test
  void aNodeSendsAsManyBytesASecondAsItCanAndGivesUpWhatWouldWaitLong() {
    long rate = 5_000;
    World world = world(NONE, 0, 0, true, rate);
    List<Integer> bytes = new ArrayList<>();
    world.listen((from, to, message, size) -> bytes.add(size));
    send(world, 100);
    long each = bytes.get(0) * SECOND / rate;
    for (int gone = 1; gone <= 100; gone++) {
      world.run(gone * each + each / 2);
      assertEquals(100 - gone, world.waiting());
    }
    World full = world(NONE, 0, 0, true, rate);
    assertNear(5.0 * SECOND / each, send(full, MANY), 0.001);
    Runnable end = full.network().narrow(1, 1);
    end.run();
    assertTrue(full.network().condition().contains("[5000.0, 5000.0"), full.network()::condition);
  }

  @Test
  void changesOvertakeEachOtherWhereTheyMayAndWaitForEachOther() {
    assertEquals(0, mostHeldBack(true, 0));
    assertTrue(mostHeldBack(true, 100 * MILLI) > 0, "nothing was overtaken");
  }

  /** The most changes that wait for others at a node, of those that another writes quickly. */
  private static int mostHeldBack(boolean ordered, long overtaking) {
    World world = world(Latency.LAN, 0, 0, ordered, 0);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
    if (overtaking > 0) {
      world.network().reorder(overtaking);
    }
    VirtualClient client = new VirtualClient(world, world.node(0), () -> true);
    int most = 0;
    for (int i = 0; i < 400; i++) {
      String element = "e" + i;
      if (i < 200 && i % 4 == 0) {
        client
            .space(WorldSettings.SPACE)
            .write(
                WriteOptions.local(),
                tx -> tx.orSet("set", String.class).add(element),
                outcome -> {});
      }
      world.run(world.nowNanos() + MILLI);
      VirtualSpace space = world.node(1).spaceIfHeld(WorldSettings.SPACE);
      assertNotNull(space);
      most = Math.max(most, space.ready().heldBack());
    }
    return most;
  }

  private static Injector inject(World world, Fault fault) {
    Injector injector = new Injector(world, node -> {});
    injector.schedule(new Schedule(List.of(fault)));
    return injector;
  }

  @Test
  void swizzledLinksAreCutOneByOneAndComeBackInAnotherOrder() {
    Set<Boolean> sameOrder = new LinkedHashSet<>();
    for (long at = 1; at <= 8; at++) {
      World world = world(NONE, 0, 0, true, 0);
      inject(world, new Fault(at * SECOND, FaultKind.SWIZZLE, List.of(1), 14 * SECOND, 0));
      Set<Integer> cut = new LinkedHashSet<>();
      Set<Integer> back = new LinkedHashSet<>();
      int before = 0;
      while (world.nowNanos() < (at + 15) * SECOND) {
        world.run(world.nowNanos() + 100 * MILLI);
        int now = 0;
        for (int to : List.of(0, 2, 3)) {
          assertTrue(world.network().passes(to, 1), "the way back was cut");
          if (!world.network().passes(1, to)) {
            cut.add(to);
            now++;
          } else if (cut.contains(to)) {
            back.add(to);
          }
        }
        assertTrue(Math.abs(now - before) <= 1, "two links at once");
        before = now;
      }
      assertEquals(3, cut.size());
      assertEquals(cut, back);
      sameOrder.add(List.copyOf(cut).equals(List.copyOf(back)));
    }
    assertTrue(sameOrder.contains(false), "they always come back as they went");
  }

  @Test
  void linksThatFlapGoAndComeAtTheirPaceAndAreBackInTheEnd() {
    World world = world(NONE, 0, 0, true, 0);
    inject(world, new Fault(SECOND, FaultKind.FLAP, List.of(1), 5 * SECOND, 1));
    for (int half = 1; half < 20; half += 2) {
      world.run(half * SECOND / 2);
      // Down in the seconds from 1, 3 and 5.
      boolean down = half == 3 || half == 7 || half == 11;
      assertEquals(!down, world.network().passes(1, 0), "after " + half + " half seconds");
      assertEquals(!down, world.network().passes(2, 1), "after " + half + " half seconds");
      assertTrue(world.network().passes(0, 2));
    }
  }
}
