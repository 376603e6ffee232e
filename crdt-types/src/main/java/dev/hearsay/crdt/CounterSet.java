package dev.hearsay.crdt;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * The counters of some dots of one replica, as a compressed bitmap (Lemire et al. 2018, Roaring): a
 * bit a counter or less where they are dense, two bytes where they are not. Immutable.
 */
public final class CounterSet {
  /** Counters that wait in a builder to be sorted. */
  private static final int WAITING_MAX = 1 << 16;

  public static final CounterSet EMPTY = new Builder().build();

  private final Roaring64NavigableMap bitmap;
  private final long size;
  private final long lowest;
  private final long highest;

  private CounterSet(Roaring64NavigableMap bitmap) {
    this.bitmap = bitmap;
    this.size = bitmap.getLongCardinality();
    this.lowest = size == 0 ? 0 : bitmap.first();
    this.highest = size == 0 ? 0 : bitmap.last();
  }

  public boolean contains(long counter) {
    if (counter < lowest || counter > highest) {
      return false;
    }
    // Of a replica of which nothing was dropped every counter is there.
    return highest - lowest == size - 1 ? size > 0 : bitmap.contains(counter);
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
    return lowest;
  }

  /** The highest counter; 0 if there is none. */
  public long highest() {
    return highest;
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

  /**
   * Collects counters in any order. They are put into the bitmap in runs, once all are there: one
   * by one in no order would look for the place of each. Not thread-safe.
   */
  public static final class Builder {
    // Without cached sums, which reading would update: what is built is read by many threads.
    private final Roaring64NavigableMap bitmap = new Roaring64NavigableMap(false, false);

    private long[] waiting = new long[8];
    private int size;
    private boolean isAscending = true;

    /** Adds a counter, at least 1. */
    public Builder add(long counter) {
      if (size == waiting.length) {
        waiting = Arrays.copyOf(waiting, 2 * size);
      }
      isAscending &= size == 0 || waiting[size - 1] <= counter;
      waiting[size++] = counter;
      if (size == WAITING_MAX) {
        flush();
      }
      return this;
    }

    /** Adds all from {@code first} to {@code last}, both inclusive. */
    public Builder addRange(long first, long last) {
      bitmap.addRange(first, last + 1);
      return this;
    }

    private void flush() {
      if (!isAscending) {
        Arrays.sort(waiting, 0, size);
      }
      int next = 0;
      while (next < size) {
        long first = waiting[next];
        long last = first;
        while (next < size && waiting[next] - last <= 1) {
          last = waiting[next++];
        }
        if (first == last) {
          bitmap.addLong(first);
        } else {
          bitmap.addRange(first, last);
          bitmap.addLong(last);
        }
      }
      size = 0;
      isAscending = true;
    }

    /** The set; this builder is of no use afterwards. */
    public CounterSet build() {
      flush();
      bitmap.runOptimize();
      return new CounterSet(bitmap);
    }
  }
}
