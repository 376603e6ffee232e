package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.Map;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;
import org.jspecify.annotations.Nullable;

/** A field of any type but a log: a compressed trie of the hashes of its keys. */
final class HashedField extends FieldState {
  private final PersistentMap<Key, Object> slots;

  private HashedField(FieldKey field, PersistentMap<Key, Object> slots) {
    super(field);
    this.slots = slots;
  }

  static HashedField empty(FieldKey field) {
    return new HashedField(field, ExtensionsKt.persistentHashMapOf());
  }

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  Iterable<Map.Entry<Key, Object>> slots() {
    return slots.entrySet();
  }

  @Override
  @Nullable Object slot(Key key) {
    return slots.get(key);
  }

  @Override
  HashedField with(Key key, @Nullable Object slot) {
    PersistentMap<Key, Object> changed =
        slot == null ? slots.removing(key) : slots.putting(key, slot);
    return changed == slots ? this : new HashedField(field(), changed);
  }

  @Override
  HashedField plus(Key key, Atom atom) {
    // Most keys are new, and to look is as dear as to put.
    PersistentMap<Key, Object> more = slots.putting(key, atom);
    return more.size() > slots.size()
        ? new HashedField(field(), more)
        : with(key, Slot.with(slot(key), atom));
  }

  @Override
  Edit edit() {
    return new InPlace();
  }

  private final class InPlace implements Edit {
    private final PersistentMap.Builder<Key, Object> edited = slots.builder();

    @Override
    public boolean setNew(Key key, Object slot) {
      return edited.put(key, slot) == null;
    }

    @Override
    public void set(Key key, @Nullable Object slot) {
      if (slot == null) {
        edited.remove(key);
      } else {
        edited.put(key, slot);
      }
    }

    @Override
    public FieldState result() {
      return new HashedField(field(), edited.build());
    }
  }
}
