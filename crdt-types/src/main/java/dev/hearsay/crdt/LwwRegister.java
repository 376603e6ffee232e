package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A register that shows its latest write by (time, replica); writes concurrent with it stay as
 * siblings until the next write.
 */
public final class LwwRegister {
  private LwwRegister() {}

  public static void set(FieldDraft field, Value value) {
    field.put(Value.Null.NULL, value);
  }

  /** Empties the register as far as it was seen; false if it was empty. */
  public static boolean clear(FieldDraft field) {
    return field.drop(Value.Null.NULL);
  }

  public static Optional<Value> get(FieldView field) {
    List<Atom> atoms = field.atoms(Value.Null.NULL);
    return atoms.isEmpty() ? Optional.empty() : Optional.of(latest(atoms).payload());
  }

  /** All concurrent writes, the latest first. */
  public static List<Atom> siblings(FieldView field) {
    return latestFirst(field.atoms(Value.Null.NULL));
  }

  static List<Atom> latestFirst(List<Atom> siblings) {
    List<Atom> atoms = new ArrayList<>(siblings);
    atoms.sort((a, b) -> a.isLaterThan(b) ? -1 : b.isLaterThan(a) ? 1 : 0);
    return atoms;
  }

  static Atom latest(List<Atom> atoms) {
    Atom latest = atoms.get(0);
    for (int i = 1; i < atoms.size(); i++) {
      if (atoms.get(i).isLaterThan(latest)) {
        latest = atoms.get(i);
      }
    }
    return latest;
  }
}
