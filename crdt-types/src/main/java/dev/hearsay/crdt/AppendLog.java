package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;
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

  /** In log order. */
  public static void forEach(FieldView field, Consumer<Atom> action) {
    field.forEach((key, atoms) -> atoms.forEach(action));
  }
}
