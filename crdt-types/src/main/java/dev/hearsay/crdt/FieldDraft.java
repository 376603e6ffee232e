package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A field inside a transaction: what it held before, and what the transaction does to it. Reads see
 * both. Under one key only the last effect counts, so that each atom of the change takes one dot.
 * Not thread-safe.
 */
public final class FieldDraft implements FieldView {
  private final Draft draft;
  private final FieldState before;
  private final Map<Key, Pending> pending = new LinkedHashMap<>();
  private boolean clears;

  /** What becomes of one key: an atom or nothing, and whether the atoms seen there go. */
  private record Pending(@Nullable Atom put) {}

  FieldDraft(Draft draft, FieldState before) {
    this.draft = draft;
    this.before = before;
  }

  @Override
  public FieldKey field() {
    return before.field();
  }

  /** The replica that mints the change. */
  public ReplicaId replica() {
    return draft.replica();
  }

  /** Puts an atom under the key in place of those seen there. */
  public void put(Key key, Value payload) {
    requireWritable();
    pending.put(key, new Pending(draft.provisionalAtom(payload)));
  }

  /** Puts an atom under a key that its own time and dot make. */
  public void append(Value payload) {
    requireWritable();
    Atom atom = draft.provisionalAtom(payload);
    pending.put(KeyFormat.logKey(atom), new Pending(atom));
  }

  private void requireWritable() {
    draft.requireOpen();
    if (pending.isEmpty()) {
      // Since it was opened, the transaction may have written to a namesake of another type.
      draft.requireOnlyType(field());
    }
  }

  /** Drops the atoms seen under the key; false if there are none. */
  public boolean drop(Key key) {
    draft.requireOpen();
    if (atoms(key).isEmpty()) {
      return false;
    }
    if (clears || before.slot(key) == null) {
      pending.remove(key);
    } else {
      pending.put(key, new Pending(null));
    }
    return true;
  }

  /** Forgets what this transaction does under the key. */
  void revert(Key key) {
    draft.requireOpen();
    pending.remove(key);
  }

  /** Drops everything seen in the field; false if there is nothing. */
  public boolean clear() {
    draft.requireOpen();
    if (field().type() == FieldType.PN_COUNTER) {
      throw new IllegalArgumentException("a counter is reset, never cleared: " + field());
    }
    boolean any = size() > 0;
    pending.clear();
    clears |= before.size() > 0;
    return any;
  }

  @Override
  public int size() {
    int size = clears ? 0 : before.size();
    for (Map.Entry<Key, Pending> entry : pending.entrySet()) {
      boolean was = !clears && before.slot(entry.getKey()) != null;
      boolean is = entry.getValue().put() != null;
      size += (is ? 1 : 0) - (was ? 1 : 0);
    }
    return size;
  }

  @Override
  public List<Atom> atoms(Key key) {
    Pending change = pending.get(key);
    if (change != null) {
      return Slot.atoms(change.put());
    }
    return clears ? List.of() : before.atoms(key);
  }

  @Override
  public Optional<KeyedAtoms> first() {
    for (Map.Entry<Key, Pending> entry : pending.entrySet()) {
      if (entry.getValue().put() != null) {
        return Optional.of(new KeyedAtoms(entry.getKey(), Slot.atoms(entry.getValue().put())));
      }
    }
    return clears ? Optional.empty() : before.firstBeside(pending.keySet());
  }

  @Override
  public void forEach(BiConsumer<Key, List<Atom>> action) {
    if (!clears) {
      before.forEach(
          (key, atoms) -> {
            if (!pending.containsKey(key)) {
              action.accept(key, atoms);
            }
          });
    }
    // What a log gains sorts behind what it had: the change's time is later than all it has seen.
    pending.forEach(
        (key, change) -> {
          if (change.put() != null) {
            action.accept(key, Slot.atoms(change.put()));
          }
        });
  }

  boolean isEmpty() {
    return pending.isEmpty() && !clears;
  }

  /** The delta, with the change's final dots taken in order. */
  FieldDelta toDelta(Draft.DotRun dots) {
    List<Entry> entries = new ArrayList<>(pending.size());
    pending.forEach(
        (key, change) -> {
          List<Dot> drops = new ArrayList<>();
          if (!clears) {
            before.atoms(key).forEach(atom -> drops.add(atom.dot()));
          }
          Atom put = change.put();
          if (put == null) {
            entries.add(new Entry(key, null, drops));
          } else {
            long counter = dots.take();
            Key finalKey =
                key instanceof LogKey
                    ? new LogKey(put.time().packed(), put.replica(), counter)
                    : key;
            entries.add(new Entry(finalKey, put.payload(), drops));
          }
        });
    return new FieldDelta(field(), clears, entries);
  }
}
