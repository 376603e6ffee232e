package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * When a node compares with whom: in lockstep, or with one peer after the other, nodes would all
 * ask at the same time, and ask the same.
 */
class RepairPaceTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT;
  private static final int PEERS = 5;
  private static final int COMPARISONS = 400;

  private record Comparison(long atMillis, HostPort peer) {}

  private static List<Comparison> comparisons(RandomGenerator random) {
    Gossip gossip =
        new Gossip(new HostPort("self", 1), Hellos.of("self", 1, "self", List.of()), SETTINGS);
    long now = 1_000;
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    List<Comparison> made = new ArrayList<>();
    while (made.size() < COMPARISONS) {
      for (int i = 0; i < PEERS; i++) {
        HostPort peer = new HostPort("peer" + i, 1);
        gossip.onMessage(peer, Hellos.of(peer.host(), 2 + i, peer.host(), List.of()), now);
      }
      for (Effect effect : gossip.onTick(now, random)) {
        if (effect instanceof Effect.Send send && send.message() instanceof Message.Summary) {
          made.add(new Comparison(now, send.to()));
        }
      }
      now++;
    }
    return made;
  }

  private static void checkIntervals(List<Comparison> made) {
    int spread = SETTINGS.repairMillis();
    Set<Long> different = new HashSet<>();
    long sum = 0;
    for (int i = 1; i < made.size(); i++) {
      long interval = made.get(i).atMillis() - made.get(i - 1).atMillis();
      assertTrue(interval >= spread / 2 && interval <= spread + spread / 2 + 1, "" + interval);
      different.add(interval);
      sum += interval;
    }
    assertTrue(different.size() > spread / 4, () -> "only these intervals: " + different);
    long mean = sum / (made.size() - 1);
    assertTrue(Math.abs(mean - spread) < spread / 10, "every " + mean + " ms");
  }

  private static void checkPeers(List<Comparison> made) {
    int[] after = new int[PEERS * PEERS];
    for (int i = 1; i < made.size(); i++) {
      after[PEERS * number(made.get(i - 1)) + number(made.get(i))]++;
    }
    // Whoever came before says nothing of who comes next: each pair, 16 times on average.
    for (int times : after) {
      assertTrue(times > 1 && times < 48, times + " times one peer after another");
    }
  }

  private static int number(Comparison comparison) {
    return Integer.parseInt(comparison.peer().host().substring("peer".length()));
  }

  @Test
  void nodesCompareAtIntervalsAndWithPeersThatAreDrawn() {
    List<Comparison> made = comparisons(new SplittableRandom(1));
    checkIntervals(made);
    checkPeers(made);
  }

  /** One whose draws of that bound are no draws. */
  private static RandomGenerator planted(int bound, boolean inTurn) {
    SplittableRandom random = new SplittableRandom(1);
    int[] drawn = {0};
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return random.nextLong();
      }

      @Override
      public int nextInt(int asked) {
        return asked != bound ? random.nextInt(asked) : inTurn ? drawn[0]++ % bound : bound / 2;
      }
    };
  }

  @Test
  void anIntervalThatIsNotDrawnIsFound() {
    List<Comparison> made = comparisons(planted(SETTINGS.repairMillis(), /* inTurn= */ false));
    checkPeers(made);
    assertThrows(AssertionError.class, () -> checkIntervals(made));
  }

  @Test
  void peersInTurnAndAlwaysTheSameAreFound() {
    for (boolean inTurn : List.of(true, false)) {
      List<Comparison> made = comparisons(planted(PEERS, inTurn));
      checkIntervals(made);
      assertThrows(AssertionError.class, () -> checkPeers(made));
    }
  }
}
