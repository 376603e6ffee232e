package dev.hearsay.crdt;

import java.util.function.LongConsumer;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * The counters of some dots of one replica, as a compressed bitmap (Lemire et al. 2018, Roaring): a
 * bit a counter or less where they are dense, two bytes where they are not. Immutable.
 */
public final class CounterSet {
  public static final CounterSet EMPTY = new Builder().build();

  private final Roaring64NavigableMap bitmap;
  private final long size;

  private CounterSet(Roaring64NavigableMap bitmap) {
    this.bitmap = bitmap;
    this.size = bitmap.getLongCardinality();
  }

  public boolean contains(long counter) {
    return bitmap.contains(counter);
  }

  /** How many counters. */
  public long size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The lowest counter; 0 if there is none. */
  public long lowest() {
    return size == 0 ? 0 : bitmap.first();
  }

  /** The highest counter; 0 if there is none. */
  public long highest() {
    return size == 0 ? 0 : bitmap.last();
  }

  /** Calls {@code action} with every counter, ascending. */
  public void forEach(LongConsumer action) {
    bitmap.forEach(action::accept);
  }

  /** The counter at that place, from 0, in ascending order. */
  public long at(long index) {
    return bitmap.select(index);
  }

  /** Every counter, ascending. */
  public long[] toArray() {
    return bitmap.toArray();
  }

  /** Collects counters in any order, fastest ascending. Not thread-safe. */
  public static final class Builder {
    // Without cached sums, which reading would update: what is built is read by many threads.
    private final Roaring64NavigableMap bitmap = new Roaring64NavigableMap(false, false);

    /** Adds a counter, at least 1. */
    public Builder add(long counter) {
      bitmap.addLong(counter);
      return this;
    }

    /** Adds all from {@code first} to {@code last}, both inclusive. */
    public Builder addRange(long first, long last) {
      bitmap.addRange(first, last + 1);
      return this;
    }

    /** The set; this builder is of no use afterwards. */
    public CounterSet build() {
      bitmap.runOptimize();
      return new CounterSet(bitmap);
    }
  }
}
