package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is held and not in memory, as the gossip sees it. */
class IdleRowsTest {
  private static TwoNodes equalNodes() {
    TwoNodes nodes = new TwoNodes();
    for (int i = 0; i < 1_000; i++) {
      nodes.left.hold("space " + i, 1 + i % 7);
      nodes.right.hold("space " + i, 1 + i % 7);
    }
    return nodes;
  }

  @Test
  void aSpaceThatIsNotHeldAnyMoreIsNotClaimed() {
    TwoNodes nodes = equalNodes();
    nodes.left.gossip.closed("space 5");
    nodes.meet();
    assertEquals(Set.of(), nodes.right.asked);
    assertTrue(nodes.right.told.contains("space 5"), "the other still has it, and says so");
    assertTrue(!nodes.left.told.contains("space 5"));
    nodes.left.hold("space 5", 1 + 5);
    nodes.bytes = 0;
    nodes.compare();
    assertEquals(2 * 19, nodes.bytes, "equal again");
  }

  @Test
  void aRowThatClaimsLessIsMended() {
    TwoNodes nodes = equalNodes();
    nodes.left.hold("space 6", 1);
    nodes.meet();
    assertEquals(Set.of("space 6"), nodes.left.asked);
  }

  @Test
  void aRowThatClaimsMoreIsALieUntilTheTruthIsTold() {
    TwoNodes nodes = equalNodes();
    nodes.right.hold("space 6", 99);
    nodes.left.hold("space 6", 99);
    nodes.meet();
    assertEquals(Set.of(), nodes.left.asked, "as if nothing were missing");
    nodes.left.hold("space 6", 1);
    nodes.compare();
    assertEquals(Set.of("space 6"), nodes.left.asked);
  }

  @Test
  void nothingIsComparedWhileTheRowsAreBeingLearned() {
    TwoNodes nodes = new TwoNodes();
    nodes.left.gossip.learning(true);
    for (int i = 0; i < 1_000; i++) {
      nodes.right.hold("space " + i, 1);
      nodes.left.hold("space " + i, 1);
      if (i == 500) {
        nodes.meet();
        nodes.compare();
        assertEquals(Set.of(), nodes.right.told, "half of it would seem to be missing");
        assertEquals(Set.of(), nodes.left.asked);
      }
    }
    nodes.left.hold("space 9", 0);
    nodes.run(nodes.left, nodes.left.gossip.learning(false));
    nodes.settle();
    assertEquals(Set.of("space 9"), nodes.left.asked, "compared at once when it is known");
  }
}
