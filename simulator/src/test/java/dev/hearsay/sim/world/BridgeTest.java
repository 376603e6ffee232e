package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.workload.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two pairs that do not reach each other, and a bridge that reaches all four: three of five voters
 * are in reach of everybody.
 */
class BridgeTest {
  private static final int NODES = 5;
  private static final int BRIDGE = 2;
  private static final long SECOND = 1_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of an experiment on a busy machine, once, in which the bridge was refused. */
  private static final Duration IMPATIENCE = Duration.ofMillis(1_200);

  private final List<String> refused = new ArrayList<>();
  private int calls;

  private static WorldSettings settings(long seed, long nanos, double loss) {
    return WorldSettings.of(seed, NODES)
        .withVoters(NODES)
        .withNetwork(new Latency(nanos / 2, nanos), loss, loss, true, 0)
        .withFsync(nanos);
  }

  /** Which packets do not pass. */
  @FunctionalInterface
  private interface Cut {
    boolean between(int from, int to);
  }

  private static void cut(World world, Cut cut) {
    for (int from = 0; from < NODES; from++) {
      for (int to = 0; to < NODES; to++) {
        if (from != to && cut.between(from, to)) {
          world.network().cut(from, to);
        }
      }
    }
  }

  private static boolean isBetweenPairs(int from, int to) {
    return from != BRIDGE && to != BRIDGE && (from < BRIDGE) != (to < BRIDGE);
  }

  private <T> void tell(String what, Outcome<T> outcome) {
    calls++;
    if (!(outcome instanceof Outcome.Ok)) {
      refused.add(what + ": " + outcome);
    }
  }

  private void call(World world, int node, WriteOptions write, ReadOptions read) {
    VirtualClient client = new VirtualClient(world, world.node(node), () -> true);
    String what = "n" + node + " at " + world.nowNanos() / SECOND + " s, ";
    client
        .space(WorldSettings.SPACE)
        .write(
            write,
            tx -> tx.orSet("set", Long.class).add(world.nowNanos()),
            outcome -> tell(what + write.acknowledgement(), outcome));
    client
        .space(WorldSettings.SPACE)
        .read(read, outcome -> tell(what + "read " + read.acknowledgement(), outcome));
  }

  private static World begun(WorldSettings settings) {
    World world = new World(settings);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 30 * SECOND), world::whyNotConverged);
    return world;
  }

  /** On an idle machine, and on one where a packet and a forced write take a while. */
  @ParameterizedTest
  @ValueSource(longs = {1_000_000, 20_000_000, 100_000_000})
  void whoeverIsInReachIsEnoughForAsLongAsThePairsAreApart(long nanos) {
    apart(10, nanos, 0.01, PATIENCE);
  }

  /** Over links that lose nothing, as those of the transport do not. */
  @ParameterizedTest
  @ValueSource(longs = {200_000, 1_000_000, 20_000_000})
  void withoutLossesASecondIsEnough(long nanos) {
    apart(5, nanos, 0, IMPATIENCE);
  }

  private void apart(int seeds, long nanos, double loss, Duration patience) {
    for (long seed = 1; seed <= seeds; seed++) {
      World world = begun(settings(seed, nanos, loss));
      // As it may have come about: one side and the other were cut off before.
      for (Cut before :
          List.<Cut>of(
              (from, to) -> (from > BRIDGE) != (to > BRIDGE),
              (from, to) -> to == 4,
              (from, to) -> from == 4)) {
        cut(world, before);
        world.run(world.nowNanos() + 5 * SECOND);
        call(world, 0, WriteOptions.quorum(patience), ReadOptions.quorum(patience));
        world.run(world.nowNanos() + 5 * SECOND);
        world.network().heal();
        assertTrue(
            world.runUntil(world::isConverged, world.nowNanos() + 30 * SECOND),
            world::whyNotConverged);
      }
      cut(world, BridgeTest::isBetweenPairs);
      world.run(world.nowNanos() + 3 * SECOND);
      for (int i = 0; i < 20; i++) {
        for (int node = 0; node < NODES; node++) {
          call(world, node, WriteOptions.quorum(patience), ReadOptions.quorum(patience));
        }
        call(world, BRIDGE, WriteOptions.all(patience), ReadOptions.all(patience));
        world.run(world.nowNanos() + SECOND);
      }
      world.run(world.nowNanos() + 11 * SECOND);
      assertEquals(List.of(), refused, "seed " + seed);
      assertEquals(List.of(), world.violations());
    }
    assertEquals(seeds * (3 * 2 + 20 * (NODES + 1) * 2), calls);
  }

  @Test
  void theBridgeIsNotFloodedWithWhatItPassesOn() {
    World whole = begun(settings(1, 1_000_000, 0.01));
    World bridged = begun(settings(1, 1_000_000, 0.01));
    cut(bridged, BridgeTest::isBetweenPairs);
    bridged.run(bridged.nowNanos() + 5 * SECOND);
    assertTrue(sent(bridged) < 3 * sent(whole), () -> sent(bridged) + " and " + sent(whole));
  }

  /** Messages while every node writes ten times a second. */
  private static long sent(World world) {
    long before = world.tally().messages();
    for (int i = 0; i < 100; i++) {
      for (int node = 0; node < NODES; node++) {
        long element = i;
        new VirtualClient(world, world.node(node), () -> true)
            .space(WorldSettings.SPACE)
            .write(
                WriteOptions.local(),
                tx -> tx.orSet("set", Long.class).add(element),
                outcome -> {});
      }
      world.run(world.nowNanos() + SECOND / 10);
    }
    return world.tally().messages() - before;
  }
}
