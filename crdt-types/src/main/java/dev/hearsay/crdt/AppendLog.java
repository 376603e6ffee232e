package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A log ordered by (time, dot): the same order on every node, an entry after all that its writer
 * had seen, entries of one change together.
 */
public final class AppendLog {
  private AppendLog() {}

  public static void append(FieldDraft field, Value entry) {
    field.append(entry);
  }

  /** Drops an entry; false if it is not there, or not any more. */
  public static boolean remove(FieldDraft field, LogKey entry) {
    return field.drop(entry);
  }

  /** Drops all entries seen but the last {@code count}; false if there are no more than that. */
  public static boolean keepLast(FieldDraft field, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + " is below zero");
    }
    int excess = field.size() - count;
    if (excess <= 0) {
      return false;
    }
    return count == 0 ? field.clear() : field.drop(new KeyRange(null, field.keyAt(excess)));
  }

  /** Drops all entries seen that are earlier than {@code time}; false if there are none. */
  public static boolean trimBefore(FieldDraft field, HybridTime time) {
    return time.compareTo(HybridTime.MAX) > 0
        ? field.clear()
        : field.drop(new KeyRange(null, new LogKey(time.packed(), new ReplicaId(0), 1)));
  }

  public static Optional<Atom> get(FieldView field, LogKey entry) {
    List<Atom> atoms = field.atoms(entry);
    return atoms.isEmpty() ? Optional.empty() : Optional.of(atoms.get(0));
  }

  /** In log order. */
  public static void forEach(FieldView field, Consumer<Atom> action) {
    forEachEntry(field, (key, atom) -> action.accept(atom));
  }

  /** In log order, with the key that names an entry for {@link #remove}. */
  public static void forEachEntry(FieldView field, BiConsumer<LogKey, Atom> action) {
    field.forEach((key, atoms) -> atoms.forEach(atom -> action.accept((LogKey) key, atom)));
  }
}
