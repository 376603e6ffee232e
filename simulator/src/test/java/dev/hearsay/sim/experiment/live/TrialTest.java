package dev.hearsay.sim.experiment.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.experiment.live.Partition.Side;
import dev.hearsay.sim.experiment.live.Trial.Guarantee;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is promised from where, and that the report tells when it is not kept. */
class TrialTest {
  private static final Partition TWO_CUT_OFF =
      Partition.all().stream()
          .filter(partition -> partition.title().equals("two of five cut off"))
          .findFirst()
          .orElseThrow();
  private static final Side MAJORITY = TWO_CUT_OFF.sides().get(0);
  private static final Side MINORITY = TWO_CUT_OFF.sides().get(1);

  private static Trial trial(Side side, Guarantee guarantee, int worked, int refused, int broken) {
    int attempts = worked + refused + broken;
    String why = refused == 0 ? "" : "READ_TIMEOUT: 2 of 5 voters";
    return new Trial(TWO_CUT_OFF, side, guarantee, attempts, worked, refused, broken, 1, why);
  }

  @Test
  void aQuorumWorksForTheMajorityAndIsRefusedToTheMinority() {
    assertTrue(trial(MAJORITY, Guarantee.WRITE_QUORUM, 3, 0, 0).isAsPromised());
    assertFalse(trial(MAJORITY, Guarantee.WRITE_QUORUM, 2, 1, 0).isAsPromised());
    assertTrue(trial(MINORITY, Guarantee.WRITE_QUORUM, 0, 3, 0).isAsPromised());
    assertFalse(trial(MINORITY, Guarantee.WRITE_QUORUM, 1, 2, 0).isAsPromised());
    assertFalse(trial(MAJORITY, Guarantee.READ_ALL, 3, 0, 0).isAsPromised());
    assertFalse(trial(MINORITY, Guarantee.WRITE_LOCAL, 2, 1, 0).isAsPromised());
  }

  @Test
  void whatIsWrongIsNeverAsPromisedAndBreaksTheReport() {
    for (Guarantee guarantee : Guarantee.values()) {
      Trial wrong = trial(MAJORITY, guarantee, 2, 0, 1);
      assertFalse(wrong.isAsPromised(), guarantee.title());
      assertFalse(new PartitionReport(List.of(wrong), 3).report().holds(), guarantee.title());
    }
    assertTrue(
        new PartitionReport(List.of(trial(MAJORITY, Guarantee.HEAL, 1, 0, 0)), 3).report().holds());
  }

  @Test
  void whyItWasRefusedIsSaid() {
    String found =
        new PartitionReport(List.of(trial(MAJORITY, Guarantee.READ_QUORUM, 2, 1, 0)), 3)
            .report()
            .checks()
            .toString();
    assertTrue(found.contains("1 refused, 0 wrong (READ_TIMEOUT: 2 of 5 voters)"), found);
  }

  @Test
  void aBridgeIsFoundWhereThereIsOne() {
    assertEquals(
        List.of("two pairs and a bridge"),
        Partition.all().stream().filter(Partition::hasBridge).map(Partition::title).toList());
  }

  @Test
  void reachIsWhoIsReachedBothWays() {
    assertEquals(3, TWO_CUT_OFF.reach(MAJORITY.node()));
    assertEquals(2, TWO_CUT_OFF.reach(MINORITY.node()));
    for (Partition partition : Partition.all()) {
      for (Side side : partition.sides()) {
        boolean friend =
            side.friend() == side.node()
                || (!partition.cut().between(side.node(), side.friend())
                    && !partition.cut().between(side.friend(), side.node()));
        assertTrue(friend, side::toString);
      }
    }
  }
}
