package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What the typed views read: a field's atoms by key. */
public interface FieldView {
  FieldKey field();

  /** How many keys hold at least one atom. */
  int size();

  /**
   * False if everything in the field is as if it had never been: a counter that was reset and has
   * not counted since holds atoms for ever.
   */
  default boolean isInUse() {
    return size() > 0 && (field().type() != FieldType.PN_COUNTER || !PnCounter.isReset(this));
  }

  /** The atoms under the key; empty if there are none, almost always one otherwise. */
  List<Atom> atoms(Key key);

  /** Some key and its atoms, or empty if the field holds nothing. */
  Optional<KeyedAtoms> first();

  /** A key and the atoms under it. */
  record KeyedAtoms(Key key, List<Atom> atoms) {}

  /**
   * Calls with every key and its atoms; in key order for logs, in no particular order otherwise.
   */
  void forEach(BiConsumer<Key, List<Atom>> action);
}
