package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldBackTest {
  private final List<EncodedChange> changes = new Changes(1).adds("x", 10);

  @Test
  void theFirstOfEveryReplicaComesOutWhateverOrderTheyCameIn() {
    HoldBack held = new HoldBack(100, 1 << 20);
    List<EncodedChange> others = new Changes(2).adds("y", 3);
    for (int i = 9; i >= 0; i--) {
      held.add(changes.get(i));
    }
    others.forEach(held::add);
    assertEquals(List.of(changes.get(0), others.get(0)), held.takeFirsts());
    assertEquals(List.of(changes.get(1), others.get(1)), held.takeFirsts());
    assertEquals(9, held.count());
  }

  @Test
  void oneHeldAlreadyTakesNoMoreRoom() {
    HoldBack held = new HoldBack(2, 1 << 20);
    assertTrue(held.add(changes.get(1)));
    assertTrue(held.add(changes.get(1)));
    assertEquals(1, held.count());
    assertTrue(held.add(changes.get(2)));
    assertFalse(held.add(changes.get(3)));
  }

  @Test
  void bytesAreBoundedToo() {
    int size = changes.get(0).sizeBytes();
    HoldBack held = new HoldBack(100, 2L * size + size / 2);
    assertTrue(held.add(changes.get(0)));
    assertTrue(held.add(changes.get(1)));
    assertFalse(held.add(changes.get(2)));
    held.takeFirsts();
    assertTrue(held.add(changes.get(2)));
  }
}
