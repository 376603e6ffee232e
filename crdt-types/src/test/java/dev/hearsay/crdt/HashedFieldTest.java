package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Different keys of one hash: rare at random, easy to make, and all the map's own work. */
class HashedFieldTest {
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);

  private final List<KeyedAtom> atoms = new ArrayList<>();

  HashedFieldTest() {
    for (long i = 0; i < 40; i++) {
      // A long's hash is its upper half xor its lower.
      Key key = Value.of(i << 32 | (i ^ 7));
      assertEquals(7, key.hashCode());
      atoms.add(
          new KeyedAtom(
              key,
              Atom.of(new ReplicaId(1), i + 1, HybridTime.ofMillis(5), "ann", Value.Null.NULL)));
    }
  }

  private void assertHoldsFrom(int first, FieldState field) {
    assertEquals(atoms.size() - first, field.size());
    for (int i = 0; i < atoms.size(); i++) {
      Object slot = field.slot(atoms.get(i).key());
      if (i < first) {
        assertNull(slot);
      } else {
        assertSame(atoms.get(i).atom(), slot);
      }
    }
  }

  @Test
  void keysOfOneHashStandBesideEachOther() {
    FieldState field = FieldState.empty(SET);
    for (KeyedAtom keyed : atoms) {
      field = field.plus(keyed.key(), keyed.atom());
    }
    assertHoldsFrom(0, field);
    for (int i = 0; i < atoms.size(); i++) {
      field = field.with(atoms.get(i).key(), null);
      assertHoldsFrom(i + 1, field);
    }
  }

  @Test
  void theyDoSoWhenManyAreChangedAtOnce() {
    FieldState all = FieldState.empty(SET).withAll(atoms);
    assertHoldsFrom(0, all);
    Key first = atoms.get(0).key();
    assertHoldsFrom(1, all.mapSlots((key, slot) -> key.equals(first) ? null : slot));
    assertHoldsFrom(0, all);
  }
}
