package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.organicdesign.fp.collections.PersistentTreeMap;

/** A log: its entries in the order of their keys. */
final class SortedField extends FieldState {
  private final PersistentTreeMap<Key, Object> slots;

  private SortedField(FieldKey field, PersistentTreeMap<Key, Object> slots) {
    super(field);
    this.slots = slots;
  }

  static SortedField empty(FieldKey field) {
    return new SortedField(field, PersistentTreeMap.<Key, Object>empty(SortedField::inLogOrder));
  }

  private static int inLogOrder(Key a, Key b) {
    return ((LogKey) a).compareTo((LogKey) b);
  }

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  Iterable<? extends Map.Entry<Key, Object>> slots() {
    return slots;
  }

  @Override
  @Nullable Object slot(Key key) {
    return slots.get(key);
  }

  @Override
  SortedField with(Key key, @Nullable Object slot) {
    return new SortedField(field(), changed(slots, key, slot));
  }

  private static PersistentTreeMap<Key, Object> changed(
      PersistentTreeMap<Key, Object> slots, Key key, @Nullable Object slot) {
    return slot == null ? slots.without(key) : slots.assoc(key, slot);
  }

  @Override
  SortedField plus(Key key, Atom atom) {
    return with(key, Slot.with(slot(key), atom));
  }

  @Override
  Edit edit() {
    return new OneByOne();
  }

  private final class OneByOne implements Edit {
    private PersistentTreeMap<Key, Object> edited = slots;

    @Override
    public boolean setNew(Key key, Object slot) {
      int before = edited.size();
      edited = edited.assoc(key, slot);
      return edited.size() > before;
    }

    @Override
    public void set(Key key, @Nullable Object slot) {
      edited = changed(edited, key, slot);
    }

    @Override
    public FieldState result() {
      return new SortedField(field(), edited);
    }
  }
}
