package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A set of dots as runs of counters per replica; small where dots are dense. Immutable. */
public final class DotSet {
  /** Per replica: starts and ends, both inclusive, alternating and ascending. */
  private final SortedMap<ReplicaId, long[]> runs;

  private DotSet(SortedMap<ReplicaId, long[]> runs) {
    this.runs = runs;
  }

  public boolean contains(ReplicaId replica, long counter) {
    long[] bounds = runs.get(replica);
    if (bounds == null) {
      return false;
    }
    int at = Arrays.binarySearch(bounds, counter);
    // A hit is a bound, which is inside; between a start and its end the insertion point is odd.
    return at >= 0 || ((-at - 1) & 1) == 1;
  }

  /** How many dots. */
  public long size() {
    long size = 0;
    for (long[] bounds : runs.values()) {
      for (int i = 0; i < bounds.length; i += 2) {
        size += bounds[i + 1] - bounds[i] + 1;
      }
    }
    return size;
  }

  /** True if every dot is covered by the vector. */
  public boolean isCoveredBy(VersionVector vector) {
    for (Map.Entry<ReplicaId, long[]> entry : runs.entrySet()) {
      long[] bounds = entry.getValue();
      if (!vector.covers(entry.getKey(), bounds[bounds.length - 1])) {
        return false;
      }
    }
    return true;
  }

  /** Replicas; each: id 8 bytes, runs; each run: gap since the last end, length. All at least 1. */
  public void write(ByteWriter out) {
    out.varint(runs.size());
    runs.forEach(
        (replica, bounds) -> {
          out.fixed64(replica.value()).varint(bounds.length / 2);
          long end = -1;
          for (int i = 0; i < bounds.length; i += 2) {
            out.varint(bounds[i] - end - 1).varint(bounds[i + 1] - bounds[i] + 1);
            end = bounds[i + 1];
          }
        });
  }

  public static DotSet read(ByteReader in) {
    SortedMap<ReplicaId, long[]> runs = new TreeMap<>();
    int replicas = in.count(11, "replicas with living dots");
    for (int i = 0; i < replicas; i++) {
      ReplicaId replica = new ReplicaId(in.fixed64());
      if (!runs.isEmpty() && runs.lastKey().compareTo(replica) >= 0) {
        throw RejectedException.malformed("replicas that are not in ascending order");
      }
      int count = in.count(2, "runs of dots");
      if (count == 0) {
        throw RejectedException.malformed("a replica without runs");
      }
      long[] bounds = new long[count * 2];
      long end = -1;
      for (int run = 0; run < count; run++) {
        long start = plus(end + 1, in.varintAtLeast(1, "a gap"));
        end = plus(start - 1, in.varintAtLeast(1, "a run"));
        bounds[run * 2] = start;
        bounds[run * 2 + 1] = end;
      }
      runs.put(replica, bounds);
    }
    return new DotSet(runs);
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    if (sum < a || sum == Long.MAX_VALUE) {
      throw RejectedException.malformed("a counter beyond 63 bits");
    }
    return sum;
  }

  /** Collects dots in any order. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<ReplicaId, LongList> dots = new TreeMap<>();

    public void add(ReplicaId replica, long counter) {
      dots.computeIfAbsent(replica, r -> new LongList()).add(counter);
    }

    public DotSet build() {
      SortedMap<ReplicaId, long[]> runs = new TreeMap<>();
      dots.forEach((replica, counters) -> runs.put(replica, counters.toRuns()));
      return new DotSet(runs);
    }
  }

  private static final class LongList {
    private long[] values = new long[16];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    long[] toRuns() {
      Arrays.sort(values, 0, size);
      long[] bounds = new long[size * 2];
      int used = 0;
      for (int i = 0; i < size; i++) {
        if (used > 0 && values[i] <= bounds[used - 1] + 1) {
          bounds[used - 1] = values[i];
        } else {
          bounds[used++] = values[i];
          bounds[used++] = values[i];
        }
      }
      return Arrays.copyOf(bounds, used);
    }
  }
}
