package dev.hearsay.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrontierSumTest {
  @Test
  void stepsLeadToTheSumOfTheWholeAndDifferentFrontiersHaveDifferentSums() {
    SplittableRandom random = new SplittableRandom(1);
    Map<FrontierSum, VersionVector> seen = new HashMap<>();
    VersionVector frontier = VersionVector.EMPTY;
    FrontierSum sum = FrontierSum.of(frontier);
    for (int i = 0; i < 20_000; i++) {
      // Small numbers: neighbours must not cancel each other out.
      ReplicaId replica = new ReplicaId(1 + random.nextInt(20));
      long before = frontier.counter(replica);
      long now = before + 1 + random.nextInt(3);
      frontier = frontier.with(replica, now);
      sum = sum.with(replica, before, now);
      assertEquals(FrontierSum.of(frontier), sum);
      assertTrue(seen.putIfAbsent(sum, frontier) == null, "two frontiers have one sum");
    }
  }
}
