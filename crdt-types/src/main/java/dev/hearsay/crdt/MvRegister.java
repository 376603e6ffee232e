package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;
import java.util.List;

/**
 * A register that shows every write no other write has seen, for the caller to resolve with the
 * next one (DeCandia et al. 2007, Dynamo's siblings).
 */
public final class MvRegister {
  private MvRegister() {}

  /** Writes in place of all siblings seen. */
  public static void set(FieldDraft field, Value value) {
    field.put(Value.Null.NULL, value);
  }

  /** Empties the register as far as it was seen; false if it was empty. */
  public static boolean clear(FieldDraft field) {
    return field.drop(Value.Null.NULL);
  }

  /** The siblings, the latest first; more than one only after concurrent writes. */
  public static List<Atom> siblings(FieldView field) {
    return LwwRegister.siblings(field);
  }
}
