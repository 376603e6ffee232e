package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two nodes that compare spaces of which they may not hold the same. */
class PlacedGossipTest {
  private static final int MANY = 10_000;
  private static final List<Placement> PLACEMENTS =
      List.of(Placement.everywhere(), Placement.onRoles("gpu"), Placement.onNodes("left", "right"));

  private static Placement placement(int space) {
    return PLACEMENTS.get(space % PLACEMENTS.size());
  }

  @Test
  void equalNodesWithManySpacesHereAndThereSayLittle() {
    TwoNodes nodes = new TwoNodes(Set.of("gpu"), Set.of("gpu", "eu"));
    for (int i = 0; i < MANY; i++) {
      nodes.left.hold("space " + i, placement(i), 1 + i % 7);
      nodes.right.hold("space " + i, placement(i), 1 + i % 7);
    }
    nodes.meet();
    assertTrue(nodes.bytes < 1 << 10, () -> nodes.bytes + " bytes when they meet");
    nodes.bytes = 0;
    nodes.compare();
    assertEquals(2 * 19, nodes.bytes);
    assertEquals(Set.of(), nodes.left.told);
  }

  @Test
  void whatOnlyOneMayHoldMakesNoDifference() {
    TwoNodes nodes = new TwoNodes(Set.of("gpu"), Set.of("eu"));
    for (int i = 0; i < MANY; i++) {
      nodes.left.hold("common " + i, Placement.everywhere(), 1);
      nodes.right.hold("common " + i, Placement.everywhere(), 1);
      nodes.left.hold("left " + i, Placement.onRoles("gpu"), 1);
      nodes.right.hold("right " + i, Placement.onNodes("right"), 1);
    }
    nodes.meet();
    assertTrue(nodes.bytes < 1 << 10, () -> nodes.bytes + " bytes when they meet");
    assertEquals(Set.of(), nodes.left.told);
    assertEquals(Set.of(), nodes.right.told);
  }

  @Test
  void oneOfManyThatDiffersIsFoundAmongThoseThatBothMayHold() {
    TwoNodes nodes = new TwoNodes(Set.of("gpu"), Set.of("gpu"));
    for (int i = 0; i < MANY; i++) {
      nodes.left.hold("space " + i, placement(i), i == 4_000 ? 9 : 1);
      nodes.right.hold("space " + i, placement(i), 1);
      nodes.left.hold("left " + i, Placement.onNodes("left"), 1);
    }
    nodes.meet();
    assertEquals(Set.of("space 4000"), nodes.right.asked);
    assertTrue(nodes.left.told.stream().allMatch(space -> space.startsWith("space")));
  }

  @Test
  void aSpaceThatMovesIsComparedWithOthersThanBefore() {
    TwoNodes nodes = new TwoNodes(Set.of("gpu"), Set.of("eu"));
    nodes.left.hold("s", Placement.onRoles("gpu"), 3);
    nodes.right.gossip.placed("s", Placement.onRoles("gpu"), 1_000);
    nodes.meet();
    assertEquals(Set.of(), nodes.left.told);
    nodes.right.hold("s", Placement.onRoles("gpu", "eu"), 0);
    nodes.left.gossip.placed("s", Placement.onRoles("gpu", "eu"), 1_000);
    nodes.compare();
    assertEquals(Set.of("s"), nodes.left.told);
    assertEquals(Set.of("s"), nodes.right.asked);
  }

  @Test
  void aMemberOfTheFormatBeforeGetsNothingButWhatLivesEverywhere() {
    TwoNodes nodes = new TwoNodes(Set.of(), null);
    Set<String> common = new TreeSet<>();
    for (int i = 0; i < 10; i++) {
      nodes.left.hold("common " + i, Placement.everywhere(), 2);
      nodes.left.hold("for right " + i, Placement.onNodes("left", "right"), 2);
      nodes.right.hold("common " + i, 1);
      common.add("common " + i);
    }
    nodes.meet();
    nodes.compare();
    assertEquals(common, nodes.left.told);
    assertEquals(common, nodes.right.asked);
  }

  @Test
  void aChangeThatWasHandedInIsPassedOnAsIfItWereMintedHere() {
    TwoNodes nodes = new TwoNodes(Set.of("gpu"), Set.of("gpu"));
    nodes.left.hold("s", Placement.onRoles("gpu"), 0);
    nodes.right.hold("s", Placement.onRoles("gpu"), 0);
    nodes.meet();
    EncodedChange change = new Changes(5).add("x");
    VersionVector frontier = VersionVector.EMPTY.with(change.change().replica(), change.last());
    HostPort guest = new HostPort("guest", 1);
    nodes.left.gossip.adopted("s", change, guest, 1_000);
    List<Effect> effects =
        nodes.left.gossip.published(
            "s", frontier, new Digest(1, 1), List.of(), List.of(change), 1_000);
    assertTrue(
        effects.stream()
            .anyMatch(
                effect ->
                    effect instanceof Effect.Send send
                        && send.to().equals(nodes.right.address)
                        && send.message() instanceof Message.Push push
                        && push.changes().equals(List.of(change))),
        effects::toString);
  }

  @Test
  void ofASpaceWhosePlacementIsNotKnownNothingIsSaid() {
    TwoNodes nodes = new TwoNodes(Set.of(), Set.of());
    nodes.left.hold("s", 3);
    nodes.right.hold("s", Placement.everywhere(), 1);
    nodes.meet();
    assertEquals(Set.of(), nodes.left.told);
    assertEquals(Set.of(), nodes.right.asked);
    nodes.left.gossip.placed("s", Placement.everywhere(), 1_000);
    nodes.compare();
    assertEquals(Set.of("s"), nodes.left.told);
    assertEquals(Set.of("s"), nodes.right.asked);
  }
}
