package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An observed-remove set: present if any atom; an add writes a fresh atom, also over an equal
 * element, so that it wins over a remove that did not see it (Shapiro et al. 2011; without
 * tombstones as in Bieniusa et al. 2012).
 */
public final class OrSet {
  private OrSet() {}

  public static void add(FieldDraft field, Value element) {
    field.put(requireElement(element), Value.Null.NULL);
  }

  /** Drops the element as far as it was seen; false if it was not there. */
  public static boolean remove(FieldDraft field, Value element) {
    return field.drop(requireElement(element));
  }

  /**
   * Drops the elements seen from one, inclusive, to another, exclusive, in the order of {@link
   * dev.hearsay.crdt.value.ValueOrder}; null leaves an end open. The change says no more than that.
   *
   * @return false if there are none
   */
  public static boolean removeRange(FieldDraft field, @Nullable Value from, @Nullable Value to) {
    return field.drop(
        new KeyRange(
            from == null ? null : requireElement(from), to == null ? null : requireElement(to)));
  }

  public static boolean contains(FieldView field, Value element) {
    ValueFormat.requireDepth(element);
    return !field.atoms(element).isEmpty();
  }

  public static void forEach(FieldView field, Consumer<Value> action) {
    field.forEach((key, atoms) -> action.accept((Value) key));
  }

  private static Value requireElement(Value element) {
    if (element == Value.Null.NULL) {
      throw new RejectedException(
          RejectedException.Reason.UNSUPPORTED, "null cannot be an element of a set");
    }
    ValueFormat.requireDepth(element);
    return element;
  }
}
