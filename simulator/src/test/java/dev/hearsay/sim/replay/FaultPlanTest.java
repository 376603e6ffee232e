package dev.hearsay.sim.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

  @Test
  void theSameSeedPlansTheSame() {
    assertEquals(plan(2, 3, 7), plan(2, 3, 7));
    assertNotEquals(plan(2, 3, 7), plan(2, 3, 8));
  }

  @Test
  void cutsAndKillsTakeTurnsAndFallIntoTheRecording() {
    LongStream.range(0, 200)
        .forEach(
            seed -> {
              List<FaultPlan.Fault> faults = plan(2, 2, seed).faults();
              assertEquals(
                  List.of(
                      FaultPlan.Kind.CUT,
                      FaultPlan.Kind.KILL,
                      FaultPlan.Kind.CUT,
                      FaultPlan.Kind.KILL),
                  faults.stream().map(FaultPlan.Fault::kind).toList());
              int last = 0;
              for (FaultPlan.Fault fault : faults) {
                assertTrue(fault.atMessage() >= last, () -> "out of order: " + faults);
                assertTrue(fault.untilMessage() < 1_000);
                assertTrue(fault.node() >= 0 && fault.node() < 3);
                last = fault.untilMessage();
              }
            });
  }

  @Test
  void asManyFaultsAsAskedForArePlanned() {
    assertEquals(5, plan(0, 5, 1).faults().size());
    assertEquals(4, plan(4, 0, 1).faults().size());
    assertEquals(0, plan(0, 0, 1).faults().size());
  }

  private static FaultPlan plan(int cuts, int kills, long seed) {
    return FaultPlan.of(
        new ReplayOptions(3, cuts, kills, seed, 0, 1_000, null, 100, 1_000, null, null), 1_000);
  }
}
