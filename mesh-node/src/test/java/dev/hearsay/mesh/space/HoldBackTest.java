package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.HostPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldBackTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final HostPort THIRD = new HostPort("third", 1);

  private final List<EncodedChange> changes = new Changes(1).adds("x", 10);
  private final List<EncodedChange> others = new Changes(2).adds("y", 10);

  private static List<EncodedChange> firsts(HoldBack held) {
    return held.takeFirsts().stream().map(each -> each.change).toList();
  }

  @Test
  void theFirstOfEveryReplicaComesOutWhateverOrderTheyCameIn() {
    HoldBack held = new HoldBack(100, 1 << 20);
    for (int i = 9; i >= 0; i--) {
      held.add(changes.get(i), PEER);
    }
    others.subList(0, 3).forEach(change -> held.add(change, PEER));
    assertEquals(List.of(changes.get(0), others.get(0)), firsts(held));
    assertEquals(List.of(changes.get(1), others.get(1)), firsts(held));
    assertEquals(9, held.count());
  }

  @Test
  void oneHeldAlreadyTakesNoMoreRoom() {
    HoldBack held = new HoldBack(2, 1 << 20);
    assertTrue(held.add(changes.get(1), PEER));
    assertTrue(held.add(changes.get(1), OTHER));
    assertEquals(1, held.count());
    assertTrue(held.add(changes.get(2), PEER));
    assertFalse(held.add(changes.get(3), PEER));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
    assertEquals(Map.of(), held.takeDropped());
  }

  @Test
  void bytesAreBoundedToo() {
    int size = changes.get(0).sizeBytes();
    HoldBack held = new HoldBack(100, 2L * size + size / 2);
    assertTrue(held.add(changes.get(0), PEER));
    assertTrue(held.add(changes.get(1), PEER));
    assertFalse(held.add(changes.get(2), PEER));
    held.takeFirsts();
    assertTrue(held.add(changes.get(2), PEER));
  }

  @Test
  void whoFillsEverythingGivesWayToWhoBringsLessItsNewestFirst() {
    HoldBack held = new HoldBack(8, 1 << 20);
    changes.subList(0, 8).forEach(change -> held.add(change, PEER));
    for (int i = 0; i < 10; i++) {
      assertEquals(i < 4, held.add(others.get(i), OTHER), "change " + i);
    }
    assertEquals(4, held.of(PEER));
    assertEquals(4, held.of(OTHER));
    assertEquals(Map.of(PEER, 4, OTHER, 6), held.takeDropped());
    assertEquals(List.of(changes.get(0), others.get(0)), firsts(held));
    // And a third finds its room beside both.
    EncodedChange third = new Changes(3).add("z");
    held.add(changes.get(8), PEER);
    held.add(changes.get(9), PEER);
    assertEquals(8, held.count());
    assertTrue(held.add(third, THIRD));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
  }

  @Test
  void whoFillsItWithFewLargeOnesGivesWayToo() {
    EncodedChange large = new Changes(4).add("x".repeat(2_000));
    HoldBack held = new HoldBack(100, large.sizeBytes() + 10L);
    assertTrue(held.add(large, PEER));
    assertTrue(held.add(others.get(0), OTHER));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
    assertEquals(1, held.count());
    assertFalse(held.add(large, PEER), "that would be more than everybody else has");
  }

  @Test
  void whatIsPutBackKeepsItsRoomAndItsPlace() {
    HoldBack held = new HoldBack(2, 1 << 20);
    held.add(changes.get(4), PEER);
    held.add(changes.get(7), PEER);
    held.takeFirsts().forEach(held::putBack);
    assertEquals(2, held.count());
    assertTrue(held.add(others.get(1), OTHER));
    assertEquals(List.of(changes.get(4), others.get(1)), firsts(held), "the newer one went");
    assertEquals(0, held.count());
    assertEquals(0, held.of(PEER));
  }
}
