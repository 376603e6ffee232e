package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.organicdesign.fp.collections.BaseMap;
import org.organicdesign.fp.collections.PersistentHashMap;
import org.organicdesign.fp.collections.PersistentTreeMap;
import org.organicdesign.fp.collections.UnmodMap.UnEntry;

/** A field's atoms by key, in a persistent map: hashed, or sorted for logs. Immutable. */
public final class FieldState implements FieldView {
  private final FieldKey field;
  private final BaseMap<Key, Object> slots;

  private FieldState(FieldKey field, BaseMap<Key, Object> slots) {
    this.field = field;
    this.slots = slots;
  }

  static FieldState empty(FieldKey field) {
    if (field.type() == FieldType.APPEND_LOG) {
      return new FieldState(field, PersistentTreeMap.<Key, Object>empty(FieldState::inLogOrder));
    }
    return new FieldState(field, PersistentHashMap.empty());
  }

  private static int inLogOrder(Key a, Key b) {
    return ((LogKey) a).compareTo((LogKey) b);
  }

  @Override
  public FieldKey field() {
    return field;
  }

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  public List<Atom> atoms(Key key) {
    return Slot.atoms(slot(key));
  }

  @Override
  public Optional<KeyedAtoms> first() {
    return firstWhere(key -> true);
  }

  /** Some key that passes, and its atoms. */
  Optional<KeyedAtoms> firstWhere(Predicate<Key> passes) {
    for (UnEntry<Key, Object> entry : slots) {
      if (passes.test(entry.getKey())) {
        return Optional.of(new KeyedAtoms(entry.getKey(), Slot.atoms(entry.getValue())));
      }
    }
    return Optional.empty();
  }

  @Override
  public void forEach(BiConsumer<Key, List<Atom>> action) {
    for (UnEntry<Key, Object> entry : slots) {
      action.accept(entry.getKey(), Slot.atoms(entry.getValue()));
    }
  }

  @Nullable Object slot(Key key) {
    return slots.get(key);
  }

  FieldState with(Key key, @Nullable Object slot) {
    BaseMap<Key, Object> changed = slot == null ? slots.without(key) : slots.assoc(key, slot);
    return changed == slots ? this : new FieldState(field, changed);
  }

  /** How many keys are in the range. */
  int count(KeyRange range) {
    if (range.equals(KeyRange.ALL)) {
      return slots.size();
    }
    int count = 0;
    for (UnEntry<Key, Object> entry : slots) {
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
    FieldState result = this;
    for (UnEntry<Key, Object> entry : slots) {
      if (!range.contains(entry.getKey())) {
        if (isPast(range, entry.getKey())) {
          break;
        }
        continue;
      }
      Object changed = change.apply(entry.getKey(), entry.getValue());
      if (changed != entry.getValue()) {
        result = result.with(entry.getKey(), changed);
      }
    }
    return result;
  }
}
