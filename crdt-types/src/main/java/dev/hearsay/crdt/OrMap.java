package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A map from text to values: latest atom per key; a put wins over a remove that did not see it. */
public final class OrMap {
  private OrMap() {}

  public static void put(FieldDraft field, String key, Value value) {
    field.put(new Value.Text(key), value);
  }

  /** Drops the key as far as it was seen; false if it was not there. */
  public static boolean remove(FieldDraft field, String key) {
    return field.drop(new Value.Text(key));
  }

  /**
   * Drops the keys seen from one, inclusive, to another, exclusive, in the order of their UTF-8
   * bytes; null leaves an end open. The change says no more than that.
   *
   * @return false if there are none
   */
  public static boolean removeRange(FieldDraft field, @Nullable String from, @Nullable String to) {
    return field.drop(
        new KeyRange(
            from == null ? null : new Value.Text(from), to == null ? null : new Value.Text(to)));
  }

  public static Optional<Value> get(FieldView field, String key) {
    List<Atom> atoms = field.atoms(new Value.Text(key));
    return atoms.isEmpty() ? Optional.empty() : Optional.of(LwwRegister.latest(atoms).payload());
  }

  /** All concurrent puts under the key, the latest first. */
  public static List<Atom> siblings(FieldView field, String key) {
    return LwwRegister.latestFirst(field.atoms(new Value.Text(key)));
  }

  public static void forEach(FieldView field, BiConsumer<String, Value> action) {
    field.forEach(
        (key, atoms) ->
            action.accept(((Value.Text) key).value(), LwwRegister.latest(atoms).payload()));
  }
}
