package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeTailTest {
  private static final ReplicaId REPLICA = new ReplicaId(1);

  private final List<EncodedChange> changes = new Changes(1).adds("x", 10);

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(REPLICA, counter);
  }

  @Test
  void whatFallsOffRaisesTheFloor() {
    ChangeTail tail = new ChangeTail(4, 1 << 20);
    changes.forEach(tail::add);
    assertEquals(at(6), tail.floor());
    assertEquals(changes.subList(6, 10), tail.after(at(6), 1 << 20));
    assertEquals(changes.subList(8, 10), tail.after(at(8), 1 << 20));
    assertEquals(List.of(), tail.after(at(10), 1 << 20));
  }

  @Test
  void bytesAreBoundedToo() {
    int size = changes.get(0).sizeBytes();
    ChangeTail tail = new ChangeTail(100, 3L * size);
    changes.forEach(tail::add);
    assertTrue(tail.after(tail.floor(), 1 << 20).size() <= 3);
  }

  @Test
  void oneLargerThanTheTailRaisesTheFloorAtOnce() {
    ChangeTail tail = new ChangeTail(100, 10);
    tail.add(changes.get(0));
    assertEquals(at(1), tail.floor());
    assertEquals(List.of(), tail.after(at(1), 1 << 20));
  }

  @Test
  void anAnswerIsBoundedAndGivesOneAtLeast() {
    ChangeTail tail = new ChangeTail(100, 1 << 20);
    changes.forEach(tail::add);
    assertEquals(changes.subList(0, 1), tail.after(VersionVector.EMPTY, 1));
    int size = changes.get(0).sizeBytes();
    assertEquals(changes.subList(2, 4), tail.after(at(2), 2 * size + size / 2));
  }

  @Test
  void belowTheFloorNothingIsGivenOneByOne() {
    ChangeTail tail = new ChangeTail(4, 1 << 20);
    changes.forEach(tail::add);
    assertThrows(IllegalArgumentException.class, () -> tail.after(at(5), 1 << 20));
    tail.raiseFloor(at(20));
    assertThrows(IllegalArgumentException.class, () -> tail.after(at(10), 1 << 20));
  }

  @Test
  void whatIsTrimmedRaisesTheFloorNoFurther() {
    ChangeTail tail = new ChangeTail(100, 1 << 20);
    List<EncodedChange> others = new Changes(2).adds("y", 3);
    changes.forEach(tail::add);
    others.forEach(tail::add);
    tail.trim(at(4));
    assertEquals(9, tail.size());
    assertEquals(at(4), tail.floor());
    assertEquals(changes.get(4), tail.after(at(4), 1 << 20).get(0));
    assertThrows(IllegalArgumentException.class, () -> tail.after(at(3), 1 << 20));
    tail.trim(at(10).with(new ReplicaId(2), 3));
    assertEquals(0, tail.size());
    assertEquals(at(10).with(new ReplicaId(2), 3), tail.floor());
    tail.add(new Changes(3).add("z"));
    assertEquals(1, tail.size());
  }
}
