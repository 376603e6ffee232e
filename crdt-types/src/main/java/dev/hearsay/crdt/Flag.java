package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;

/**
 * A flag that is on if any atom is there: an enable wins over a disable that did not see it
 * (Shapiro et al. 2011, enable-wins).
 */
public final class Flag {
  private Flag() {}

  /** Turns it on, with a fresh atom also where it is on, which no concurrent disable has seen. */
  public static void enable(FieldDraft field) {
    field.put(Value.Null.NULL, Value.Null.NULL);
  }

  /** Turns it off as far as it was seen on; false if it was off. */
  public static boolean disable(FieldDraft field) {
    return field.drop(Value.Null.NULL);
  }

  public static boolean isOn(FieldView field) {
    return !field.atoms(Value.Null.NULL).isEmpty();
  }
}
