package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
  private static final Value A = Value.of("a");
  private static final Value B = Value.of("b");
  private static final Value C = Value.of("c");

  private final Replica a = new Replica(1);

  @Test
  void itsBeginIsInsideAndItsEndIsNot() {
    KeyRange range = new KeyRange(A, C);
    assertTrue(range.contains(A));
    assertTrue(range.contains(B));
    assertFalse(range.contains(C));
    assertFalse(range.contains(Value.of("")));
  }

  @Test
  void anOpenEndHoldsAllThatFollows() {
    assertTrue(new KeyRange(B, null).contains(Value.of(List.of())));
    assertFalse(new KeyRange(B, null).contains(A));
    assertTrue(new KeyRange(null, B).contains(Value.of(7)));
    assertTrue(KeyRange.ALL.contains(A));
  }

  @Test
  void itNeverEndsBeforeItHasBegun() {
    assertThrows(IllegalArgumentException.class, () -> new KeyRange(A, A));
    assertThrows(IllegalArgumentException.class, () -> new KeyRange(B, A));
  }

  @Test
  void logKeysAreInOrderOfTimeReplicaAndCounter() {
    LogKey key = new LogKey(5, a.id, 5);
    KeyRange range = new KeyRange(key, null);
    assertTrue(range.contains(key));
    assertTrue(range.contains(new LogKey(5, a.id, 6)));
    assertTrue(range.contains(new LogKey(5, new ReplicaId(2), 1)));
    assertFalse(range.contains(new LogKey(5, a.id, 4)));
    assertFalse(range.contains(new LogKey(4, new ReplicaId(2), 9)));
  }

  /** Such a range could be written, and no other node could read it. */
  @Test
  void endsThatAreNoKeysOfTheFieldAreRefused() {
    Draft draft = a.draft();
    LogKey entry = new LogKey(5, a.id, 1);
    assertThrows(
        RejectedException.class,
        () -> OrSet.removeRange(draft.field(Replica.SET), Value.Null.NULL, null));
    for (KeyRange range : List.of(new KeyRange(entry, null), new KeyRange(Value.Null.NULL, null))) {
      assertThrows(IllegalArgumentException.class, () -> draft.field(Replica.SET).drop(range));
    }
    KeyRange number = new KeyRange(Value.of(1), null);
    assertThrows(IllegalArgumentException.class, () -> draft.field(Replica.MAP).drop(number));
    assertThrows(IllegalArgumentException.class, () -> draft.field(Replica.LOG).drop(number));
    assertThrows(IllegalArgumentException.class, () -> draft.field(Replica.REGISTER).drop(number));
    assertThrows(
        IllegalArgumentException.class, () -> draft.field(Replica.COUNTER).drop(KeyRange.ALL));
  }

  @Test
  void aRangeOfTenThousandTakesFewBytes() {
    a.write(
        draft -> {
          for (int i = 0; i < 10_000; i++) {
            OrSet.add(draft.field(Replica.SET), Value.of(i));
            AppendLog.append(draft.field(Replica.LOG), Value.of(i));
          }
        });
    EncodedChange set =
        a.write(draft -> OrSet.removeRange(draft.field(Replica.SET), Value.of(1), Value.of(9_999)));
    assertTrue(set.sizeBytes() < 150, set::toString);
    assertEquals(2, a.field(Replica.SET).size());
    EncodedChange log = a.write(draft -> AppendLog.keepLast(draft.field(Replica.LOG), 3));
    assertTrue(log.sizeBytes() < 150, log::toString);
    assertEquals(3, a.field(Replica.LOG).size());
    EncodedChange prefix = a.write(draft -> draft.deletePrefix(""));
    assertTrue(prefix.sizeBytes() < 150, prefix::toString);
    assertEquals(0, a.state.fieldCount());
  }
}
