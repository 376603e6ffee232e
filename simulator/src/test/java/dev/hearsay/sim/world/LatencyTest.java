package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.workload.Workloads;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Packets take as long as a distribution says, and as their link is far. */
class LatencyTest {
  private static final long MILLI = 1_000_000;
  private static final int MANY = 100_000;

  /** Many that are drawn, from the shortest to the longest. */
  private static long[] drawn(Latency latency) {
    SplittableRandom random = new SplittableRandom(7);
    long[] drawn = new long[MANY];
    Arrays.setAll(drawn, i -> latency.draw(random, 1));
    Arrays.sort(drawn);
    return drawn;
  }

  private static double thousandth(Latency.Form form) {
    long[] drawn = drawn(new Latency(0, MILLI, form, 1));
    return drawn[MANY - MANY / 1_000] / (double) MILLI;
  }

  @Test
  void allFormsHaveTheirMeanAndStayWithinTheirBounds() {
    for (Latency.Form form : Latency.Form.values()) {
      long[] drawn = drawn(new Latency(3 * MILLI, MILLI, form, 1));
      double mean = Arrays.stream(drawn).average().orElseThrow();
      assertTrue(Math.abs(mean - 4 * MILLI) < 0.1 * MILLI, () -> form + " has mean " + mean);
      assertTrue(drawn[0] >= 3 * MILLI, () -> form + " begins at " + drawn[0]);
      assertTrue(drawn[MANY - 1] <= 103 * MILLI, () -> form + " goes to " + drawn[MANY - 1]);
    }
    long[] slow = drawn(new Latency(0, 50 * MILLI, Latency.Form.PARETO, 1));
    assertEquals(Latency.TAIL_NANOS_MAX, slow[MANY - 1]);
  }

  @Test
  void lognormalAndParetoHaveHeavyTails() {
    assertEquals(1, thousandth(Latency.Form.CONSTANT));
    double exponential = thousandth(Latency.Form.EXPONENTIAL);
    double lognormal = thousandth(Latency.Form.LOGNORMAL);
    double pareto = thousandth(Latency.Form.PARETO);
    assertTrue(exponential > 6 && exponential < 8, () -> "exponential: " + exponential);
    assertTrue(lognormal > 27 && lognormal < 40, () -> "lognormal: " + lognormal);
    assertTrue(pareto > 42 && pareto < 58, () -> "pareto: " + pareto);
  }

  @Test
  void linksAreNearAndFarAndNoTwoWaysAreAlike() {
    Latency latency = new Latency(MILLI, MILLI, Latency.Form.CONSTANT, 10);
    double nearest = Double.MAX_VALUE;
    double farthest = 0;
    for (int from = 0; from < 12; from++) {
      for (int to = 0; to < from; to++) {
        double there = latency.distance(5, from, to);
        double back = latency.distance(5, to, from);
        assertEquals(there, latency.distance(5, from, to));
        assertNotEquals(there, latency.distance(6, from, to));
        assertNotEquals(there, back);
        assertTrue(there >= 1 && there < 20, () -> "takes " + there);
        assertTrue(Math.max(there, back) < 2 * Math.min(there, back), () -> there + ", " + back);
        nearest = Math.min(nearest, there);
        farthest = Math.max(farthest, there);
      }
    }
    assertTrue(nearest < 2 && farthest > 8, "from " + nearest + " to " + farthest);
    Latency alike = new Latency(MILLI, MILLI, Latency.Form.CONSTANT, 1);
    assertEquals(1, alike.distance(5, 3, 4));
  }

  @Test
  void aLinkTakesAsLongAsItIsFar() {
    Latency latency = new Latency(MILLI, 0, Latency.Form.EXPONENTIAL, 10);
    World world = new World(WorldSettings.of(9, 4).withNetwork(latency, 0, 0, true, 0));
    for (int from = 0; from < 4; from++) {
      for (int to = 0; to < 4; to++) {
        if (from != to) {
          world.network().send(from, World.address(to), new Message.Rows(List.of(), true));
          long due = world.nowNanos() + (long) (latency.distance(9, from, to) * MILLI);
          world.run(due - 1);
          assertEquals(1, world.waiting(), "came early");
          world.run(due);
          assertEquals(0, world.waiting(), "has not come");
        }
      }
    }
  }

  @Test
  void noPacketOvertakesAnotherOfItsLinkWhereTheyAreInOrder() {
    assertEquals(0, overtaken(true));
    assertTrue(overtaken(false) > MANY / 100, "none was overtaken");
  }

  /** How many packets of one link come before one that was sent earlier. */
  private static int overtaken(boolean ordered) {
    Latency latency = new Latency(MILLI, 5 * MILLI, Latency.Form.PARETO, 10);
    World world = new World(WorldSettings.of(1, 2).withNetwork(latency, 0, 0, ordered, 0));
    long last = 0;
    int early = 0;
    for (int i = 0; i < MANY / 10; i++) {
      long arrives = world.network().arrival(0, 1, 100);
      early += arrives < last ? 1 : 0;
      last = Math.max(last, arrives);
      world.run(world.nowNanos() + MILLI);
    }
    return early * 10;
  }

  @Test
  void whatNobodySaysIsDrawnFromTheSeed() {
    SimSettings settings =
        new SimSettings(
            3, MILLI, Workloads.find("sets").orElseThrow(), List.of(), null, null, Map.of());
    Set<Latency.Form> forms = EnumSet.noneOf(Latency.Form.class);
    int alike = 0;
    for (long seed = 0; seed < 100; seed++) {
      Latency latency = settings.world(seed).latency();
      assertEquals(latency, settings.world(seed).latency());
      forms.add(latency.form());
      alike += latency.spread() == 1 ? 1 : 0;
      assertTrue(latency.spread() <= 20);
    }
    assertEquals(EnumSet.allOf(Latency.Form.class), forms);
    assertTrue(alike > 30 && alike < 70, alike + " of 100 have links that are alike");

    Latency said =
        settings.with(Latency.Form.PARETO).with("spread", 4).with("latency", 8).world(3).latency();
    assertEquals(new Latency(4 * MILLI, 4 * MILLI, Latency.Form.PARETO, 4), said);
    assertThrows(IllegalArgumentException.class, () -> settings.check("spread", 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Latency(1, 1, Latency.Form.PARETO, 0.5));
  }
}
