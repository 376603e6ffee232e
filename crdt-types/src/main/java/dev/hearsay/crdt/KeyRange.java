package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueOrder;
import org.jspecify.annotations.Nullable;

/**
 * An interval of a field's keys: by {@link ValueOrder} in sets and maps, in log order in logs.
 *
 * @param from the lowest key inside; null if there is none
 * @param to the lowest key beyond; null if there is none
 */
public record KeyRange(@Nullable Key from, @Nullable Key to) {
  /** Every key there is. */
  public static final KeyRange ALL = new KeyRange(null, null);

  public KeyRange {
    if (from != null && to != null && compare(from, to) >= 0) {
      throw new IllegalArgumentException("a range that ends before it begins: " + from + ", " + to);
    }
  }

  public boolean contains(Key key) {
    return (from == null || compare(from, key) <= 0) && isBelowEnd(key);
  }

  boolean isBelowEnd(Key key) {
    return to == null || compare(key, to) < 0;
  }

  static int compare(Key a, Key b) {
    return a instanceof LogKey x
        ? x.compareTo((LogKey) b)
        : ValueOrder.INSTANCE.compare((Value) a, (Value) b);
  }
}
