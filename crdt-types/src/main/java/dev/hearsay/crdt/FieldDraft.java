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
  private final KeyRanges ranges = new KeyRanges();
  private int hidden;
  private int puts;
  private boolean deletedByPrefix;

  /** What becomes of one key: an atom or nothing, and whether the atoms seen there go. */
  private record Pending(@Nullable Atom put) {
    static int puts(@Nullable Pending pending) {
      return pending == null || pending.put == null ? 0 : 1;
    }
  }

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
    become(key, new Pending(draft.provisionalAtom(payload)));
  }

  /** Puts an atom under a key that its own time and dot make. */
  public void append(Value payload) {
    requireWritable();
    Atom atom = draft.provisionalAtom(payload);
    become(KeyFormat.logKey(atom), new Pending(atom));
  }

  /** Sets what becomes of the key; null if the transaction leaves it alone. */
  private @Nullable Pending become(Key key, @Nullable Pending now) {
    Pending was = now == null ? pending.remove(key) : pending.put(key, now);
    puts += Pending.puts(now) - Pending.puts(was);
    return was;
  }

  private void requireWritable() {
    draft.requireOpen();
    if (puts == 0 || field().type() == FieldType.PN_COUNTER) {
      // Since it was opened, the transaction may have emptied it, which a counter is by a put, and
      // written to a namesake of another type.
      draft.requireOnlyType(field());
    }
  }

  /**
   * Drops the atoms seen under the key; false if there are none.
   *
   * @throws IllegalArgumentException for a counter, which is reset
   */
  public boolean drop(Key key) {
    draft.requireOpen();
    if (field().type() == FieldType.PN_COUNTER) {
      throw new IllegalArgumentException("a counter is reset, never dropped: " + field());
    }
    if (atoms(key).isEmpty()) {
      return false;
    }
    if (before.slot(key) == null || isHidden(key)) {
      become(key, null);
    } else {
      become(key, new Pending(null));
    }
    return true;
  }

  /** Forgets what this transaction does under the key; false if it does nothing there. */
  boolean revert(Key key) {
    draft.requireOpen();
    return become(key, null) != null;
  }

  /** Drops everything seen in the field; false if there is nothing. */
  public boolean clear() {
    return drop(KeyRange.ALL);
  }

  /**
   * Drops everything seen under these keys; false if there is nothing. What others put there at the
   * same time stays.
   *
   * @throws IllegalArgumentException for a counter, which is reset, for a part of what has one key,
   *     and for an end that is no key of the field
   */
  public boolean drop(KeyRange range) {
    draft.requireOpen();
    requireRange(range);
    int own = 0;
    int gone = 0; // what was seen and goes by its key already
    for (Key key : List.copyOf(pending.keySet())) {
      if (range.contains(key)) {
        own += Pending.puts(pending.get(key));
        gone += before.slot(key) != null && !isHidden(key) ? 1 : 0;
        become(key, null);
      }
    }
    int seen = deletedByPrefix ? 0 : hides(range);
    if (seen > 0) {
      hidden += seen;
      if (hidden == before.size()) {
        ranges.clear();
        ranges.add(KeyRange.ALL);
      } else {
        ranges.add(range);
      }
    }
    return own > 0 || seen > gone;
  }

  private void requireRange(KeyRange range) {
    new FieldDelta(field(), List.of(range), List.of());
  }

  /** How many keys of before the range hides that are not hidden yet. */
  private int hides(KeyRange range) {
    if (ranges.isEmpty()) {
      return before.count(range);
    }
    int[] count = {0};
    before.forEach((key, atoms) -> count[0] += range.contains(key) && !isHidden(key) ? 1 : 0);
    return count[0];
  }

  /** Everything seen goes by the deletion of a prefix, which names no field. */
  void deleteByPrefix() {
    pending.clear();
    puts = 0;
    ranges.clear();
    hidden = before.size();
    deletedByPrefix = true;
  }

  /** True if what was under the key before is gone with a range. */
  private boolean isHidden(Key key) {
    return deletedByPrefix || ranges.contains(key);
  }

  /** The key at that place in the order of {@link #forEach}, counted from 0. */
  Key keyAt(int index) {
    List<Key> keys = new ArrayList<>();
    forEach((key, atoms) -> keys.add(key));
    return keys.get(index);
  }

  @Override
  public int size() {
    int size = before.size() - hidden;
    for (Map.Entry<Key, Pending> entry : pending.entrySet()) {
      boolean was = before.slot(entry.getKey()) != null && !isHidden(entry.getKey());
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
    return isHidden(key) ? List.of() : before.atoms(key);
  }

  @Override
  public Optional<KeyedAtoms> first() {
    for (Map.Entry<Key, Pending> entry : pending.entrySet()) {
      if (entry.getValue().put() != null) {
        return Optional.of(new KeyedAtoms(entry.getKey(), Slot.atoms(entry.getValue().put())));
      }
    }
    return hidden == before.size()
        ? Optional.empty()
        : before.firstWhere(key -> !pending.containsKey(key) && !isHidden(key));
  }

  @Override
  public void forEach(BiConsumer<Key, List<Atom>> action) {
    if (hidden < before.size()) {
      before.forEach(
          (key, atoms) -> {
            if (!pending.containsKey(key) && !isHidden(key)) {
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
    return pending.isEmpty() && ranges.isEmpty();
  }

  /** The delta, with the change's final dots taken in order. */
  FieldDelta toDelta(Draft.DotRun dots) {
    List<Entry> entries = new ArrayList<>(pending.size());
    pending.forEach(
        (key, change) -> {
          List<Dot> drops = new ArrayList<>();
          if (!isHidden(key)) {
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
    return new FieldDelta(field(), ranges.toList(), entries);
  }
}
