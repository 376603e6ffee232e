package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VersionVectorTest {

  private static Map<ReplicaId, Long> entries(Random random) {
    Map<ReplicaId, Long> entries = new HashMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      entries.put(new ReplicaId(random.nextInt(8) - 4), 1L + random.nextInt(3));
    }
    return entries;
  }

  @Property(tries = 2_000)
  void aJoinHoldsTheHigherCounterOfEachReplica(@ForAll long seed) {
    Random random = new Random(seed);
    Map<ReplicaId, Long> some = entries(random);
    Map<ReplicaId, Long> others = entries(random);
    Map<ReplicaId, Long> highest = new HashMap<>(some);
    others.forEach((replica, counter) -> highest.merge(replica, counter, Math::max));
    VersionVector joined = VersionVector.of(some).join(VersionVector.of(others));
    assertEquals(VersionVector.of(highest), joined);
    assertTrue(joined.covers(VersionVector.of(some)) && joined.covers(VersionVector.of(others)));
  }

  @Property(tries = 2_000)
  void aMeetHoldsTheLowerCounterOfEachReplicaThatBothHave(@ForAll long seed) {
    Random random = new Random(seed);
    Map<ReplicaId, Long> some = entries(random);
    Map<ReplicaId, Long> others = entries(random);
    Map<ReplicaId, Long> lowest = new HashMap<>(some);
    lowest.keySet().retainAll(others.keySet());
    lowest.replaceAll((replica, counter) -> Math.min(counter, others.get(replica)));
    VersionVector met = VersionVector.of(some).meet(VersionVector.of(others));
    assertEquals(VersionVector.of(lowest), met);
    assertTrue(VersionVector.of(some).covers(met) && VersionVector.of(others).covers(met));
  }

  @Test
  void largeVectorsAreJoinedInOnePass() {
    VersionVector even = everyOther(0);
    VersionVector odd = everyOther(1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(2), () -> assertEquals(200_000, even.join(odd).size()));
    assertTimeoutPreemptively(Duration.ofSeconds(2), () -> assertEquals(0, even.meet(odd).size()));
  }

  private static VersionVector everyOther(int first) {
    return VersionVector.ofAscending(
        IntStream.range(0, 100_000)
            .mapToObj(i -> new ReplicaId(2L * i + first))
            .toArray(ReplicaId[]::new),
        IntStream.range(0, 100_000).mapToLong(i -> 1).toArray());
  }
}
