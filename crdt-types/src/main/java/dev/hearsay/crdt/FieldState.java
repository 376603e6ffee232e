package dev.hearsay.crdt;

import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A field's atoms by key, in a persistent map: hashed, or sorted for logs. Immutable. */
public abstract sealed class FieldState implements FieldView permits HashedField, SortedField {
  private final FieldKey field;

  FieldState(FieldKey field) {
    this.field = field;
  }

  static FieldState empty(FieldKey field) {
    return field.type() == FieldType.APPEND_LOG
        ? SortedField.empty(field)
        : HashedField.empty(field);
  }

  /** The slots by key; in key order for logs. */
  abstract Iterable<? extends Map.Entry<Key, Object>> slots();

  abstract @Nullable Object slot(Key key);

  /** This field with that slot under the key, or with none. */
  abstract FieldState with(Key key, @Nullable Object slot);

  /** This field with the atom beside what is under its key. */
  abstract FieldState plus(Key key, Atom atom);

  abstract Edit edit();

  /** Changes to many slots, made in place where the map allows it. The field stays as it is. */
  interface Edit {
    /** False if there was a slot under the key, which is gone now. */
    boolean setNew(Key key, Object slot);

    void set(Key key, @Nullable Object slot);

    FieldState result();
  }

  @Override
  public FieldKey field() {
    return field;
  }

  @Override
  public List<Atom> atoms(Key key) {
    return Slot.atoms(slot(key));
  }

  /** How many atoms are under the key. */
  public int atomCount(Key key) {
    return Slot.size(slot(key));
  }

  @Override
  public Optional<KeyedAtoms> first() {
    return firstWhere(key -> true);
  }

  /** Some key that passes, and its atoms. */
  Optional<KeyedAtoms> firstWhere(Predicate<Key> passes) {
    for (Map.Entry<Key, Object> entry : slots()) {
      if (passes.test(entry.getKey())) {
        return Optional.of(new KeyedAtoms(entry.getKey(), Slot.atoms(entry.getValue())));
      }
    }
    return Optional.empty();
  }

  @Override
  public void forEach(BiConsumer<Key, List<Atom>> action) {
    for (Map.Entry<Key, Object> entry : slots()) {
      action.accept(entry.getKey(), Slot.atoms(entry.getValue()));
    }
  }

  /** How many keys are in the range. */
  int count(KeyRange range) {
    if (range.equals(KeyRange.ALL)) {
      return size();
    }
    int count = 0;
    for (Map.Entry<Key, Object> entry : slots()) {
      if (range.contains(entry.getKey())) {
        count++;
      } else if (isPast(range, entry.getKey())) {
        break;
      }
    }
    return count;
  }

  /** True if this key and all that follow are beyond the range. */
  private boolean isPast(KeyRange range, Key key) {
    return field.type() == FieldType.APPEND_LOG && !range.isBelowEnd(key);
  }

  /** This field with every slot replaced by what {@code change} makes of it; null removes it. */
  FieldState mapSlots(BiFunction<Key, Object, @Nullable Object> change) {
    return mapSlots(KeyRange.ALL, change);
  }

  /** As {@link #mapSlots(BiFunction)}, for the keys in the range. */
  FieldState mapSlots(KeyRange range, BiFunction<Key, Object, @Nullable Object> change) {
    Edit edit = null;
    for (Map.Entry<Key, Object> entry : slots()) {
      if (!range.contains(entry.getKey())) {
        if (isPast(range, entry.getKey())) {
          break;
        }
        continue;
      }
      Object changed = change.apply(entry.getKey(), entry.getValue());
      if (changed != entry.getValue()) {
        edit = edit == null ? edit() : edit;
        edit.set(entry.getKey(), changed);
      }
    }
    return edit == null ? this : edit.result();
  }

  /** This field with those atoms beside what is under their keys. */
  FieldState withAll(List<KeyedAtom> atoms) {
    // Most keys are new, and to look is as dear as to put: so put, and look where one was there.
    Edit edit = edit();
    Set<Key> shared = new HashSet<>();
    for (KeyedAtom keyed : atoms) {
      if (!edit.setNew(keyed.key(), keyed.atom())) {
        shared.add(keyed.key());
      }
    }
    Map<Key, List<Atom>> merged = new LinkedHashMap<>();
    for (KeyedAtom keyed : shared.isEmpty() ? List.<KeyedAtom>of() : atoms) {
      if (shared.contains(keyed.key())) {
        merged.computeIfAbsent(keyed.key(), key -> new ArrayList<>()).add(keyed.atom());
      }
    }
    merged.forEach((key, entering) -> edit.set(key, Slot.withAll(slot(key), entering)));
    return edit.result();
  }
}
