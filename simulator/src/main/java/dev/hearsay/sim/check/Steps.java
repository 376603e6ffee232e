package dev.hearsay.sim.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one replica did, by the counters of its changes, which only rise.
 *
 * @param <T> what there is to know of each
 */
final class Steps<T> {
  private long[] counters = new long[4];
  private final List<T> values = new ArrayList<>(4);

  /** Adds one; of the same counter as the last, in its place. */
  void add(long counter, T value) {
    int size = values.size();
    if (size > 0 && counters[size - 1] >= counter) {
      if (counters[size - 1] == counter) {
        values.set(size - 1, value);
      }
      return;
    }
    if (size == counters.length) {
      counters = Arrays.copyOf(counters, 2 * size);
    }
    counters[size] = counter;
    values.add(value);
  }

  int size() {
    return values.size();
  }

  /** The last one. */
  @Nullable T last() {
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  /** The counter of the last one; 0 if there is none. */
  long lastCounter() {
    return values.isEmpty() ? 0 : counters[values.size() - 1];
  }

  /** The place of the latest one at or before the counter; −1 if there is none. O(log size). */
  int indexAt(long counter) {
    int size = values.size();
    if (size == 0 || counter >= counters[size - 1]) {
      return size - 1;
    }
    int found = Arrays.binarySearch(counters, 0, size, counter);
    return found >= 0 ? found : -found - 2;
  }

  /** The latest one at or before the counter. */
  @Nullable T at(long counter) {
    int index = indexAt(counter);
    return index < 0 ? null : values.get(index);
  }

  /** The number that the latest one at or before the counter has; 0 if there is none. */
  long at(long counter, ToLongFunction<T> number) {
    T found = at(counter);
    return found == null ? 0 : number.applyAsLong(found);
  }

  /** Whether one has exactly that counter. */
  boolean has(long counter) {
    int index = indexAt(counter);
    return index >= 0 && counters[index] == counter;
  }
}
