package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RepairTest {
  private static final int MANY = 10_000;

  private static TwoNodes equalNodes() {
    TwoNodes nodes = new TwoNodes();
    for (int i = 0; i < MANY; i++) {
      nodes.left.hold("space " + i, 1 + i % 7);
      nodes.right.hold("space " + i, 1 + i % 7);
    }
    return nodes;
  }

  @Test
  void equalNodesWithManySpacesSayLittle() {
    TwoNodes nodes = equalNodes();
    nodes.meet();
    assertTrue(nodes.bytes < 1 << 10, () -> nodes.bytes + " bytes when they meet");
    nodes.bytes = 0;
    nodes.compare();
    assertEquals(2 * 19, nodes.bytes);
    assertEquals(Set.of(), nodes.left.told);
  }

  @Test
  void oneSpaceOfManyThatDiffersIsFoundInAFewKilobytes() {
    TwoNodes nodes = equalNodes();
    nodes.left.hold("space 1234", 99);
    nodes.meet();
    // Both compare when they meet, so this is two comparisons.
    assertTrue(nodes.bytes < 6 << 10, () -> nodes.bytes + " bytes");
    assertEquals(Set.of("space 1234"), nodes.right.asked);
    assertEquals(Set.of(), nodes.left.asked);
  }

  @Test
  void oneSpaceOfManyThatOnlyOneNodeHoldsIsNamedToTheOther() {
    TwoNodes nodes = equalNodes();
    nodes.right.hold("new", 0);
    nodes.meet();
    assertTrue(nodes.bytes < 6 << 10, () -> nodes.bytes + " bytes");
    assertTrue(nodes.right.told.contains("new"));
  }

  @Test
  void aWrongStateAmongManyRaisesAnAlarmThatNamesIt() {
    TwoNodes nodes = equalNodes();
    nodes.left.hold("space 77", 1, new Digest(6, 6));
    nodes.meet();
    assertEquals(1, nodes.left.diverged.size());
    assertEquals(nodes.left.diverged, nodes.right.diverged);
    String named = nodes.left.diverged.iterator().next();
    assertTrue(named.startsWith("space 'space 77' at "), named);
    assertEquals(1, nodes.left.gossip.peers().get(0).divergedSpaces());
    assertEquals(1, nodes.right.gossip.peers().get(0).divergedSpaces());
  }

  /** Whatever the two hold: what one has and the other lacks is asked for, or named if unknown. */
  @Property(tries = 100)
  void everyDifferenceIsFound(
      @ForAll long seed,
      @ForAll @IntRange(max = 800) int spaces,
      @ForAll @IntRange(max = 3) int kind) {
    Random random = new Random(seed);
    TwoNodes nodes = new TwoNodes();
    Set<String> leftLacks = new TreeSet<>();
    Set<String> rightLacks = new TreeSet<>();
    Set<String> unknown = new TreeSet<>();
    for (int i = 0; i < spaces; i++) {
      String space = "space " + i;
      int some = 1 + random.nextInt(5);
      boolean same = kind == 0 || random.nextInt(kind == 1 ? 100 : 2) > 0;
      int other = same ? some : random.nextInt(8);
      if (other != 7 || kind < 3) {
        nodes.left.hold(space, some);
        nodes.right.hold(space, other);
        (other > some ? leftLacks : other < some ? rightLacks : new TreeSet<String>()).add(space);
      } else {
        unknown.add(space);
        (random.nextBoolean() ? nodes.left : nodes.right).hold(space, some);
      }
    }
    nodes.meet();
    assertEquals(leftLacks, nodes.left.asked);
    assertEquals(rightLacks, nodes.right.asked);
    Set<String> told = new TreeSet<>(nodes.left.told);
    told.addAll(nodes.right.told);
    assertTrue(told.containsAll(unknown), () -> "of " + unknown + " only " + told);
  }

  /** A space that moves changes the sums as if they had been made of the new rows alone. */
  @Property(tries = 50)
  void sumsDoNotRememberHowTheyCameAbout(@ForAll long seed) {
    Random random = new Random(seed);
    TwoNodes nodes = new TwoNodes();
    int[] last = new int[50];
    for (int i = 0; i < 300; i++) {
      int space = random.nextInt(50);
      last[space] = 1 + random.nextInt(9);
      nodes.left.hold("space " + space, last[space]);
    }
    for (int i = 0; i < 50; i++) {
      if (last[i] > 0) {
        nodes.right.hold("space " + i, last[i]);
      }
    }
    nodes.meet();
    assertEquals(Set.of(), nodes.left.told);
    assertEquals(Set.of(), nodes.right.told);
  }
}
