package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Replica → highest counter: a set of dots without gaps (Parker et al. 1983). Immutable; two sorted
 * arrays of numbers, because spaces have few writers and the whole is compared often.
 */
public final class VersionVector {
  private static final long[] NONE = new long[0];

  public static final VersionVector EMPTY = new VersionVector(NONE, NONE);

  /** Of the replicas, ascending as unsigned numbers; vectors that were made of others share it. */
  private final long[] ids;

  private final long[] counters;

  private VersionVector(long[] ids, long[] counters) {
    this.ids = ids;
    this.counters = counters;
  }

  public static VersionVector of(Map<ReplicaId, Long> entries) {
    long[] ids = new long[entries.size()];
    long[] counters = new long[entries.size()];
    int size = 0;
    for (Map.Entry<ReplicaId, Long> entry : new TreeMap<>(entries).entrySet()) {
      if (entry.getValue() < 1) {
        throw new IllegalArgumentException("a counter starts at 1, not " + entry.getValue());
      }
      ids[size] = entry.getKey().value();
      counters[size++] = entry.getValue();
    }
    return new VersionVector(ids, counters);
  }

  /** Of replicas in ascending order, each with its counter, at least 1. The counters are kept. */
  public static VersionVector ofAscending(ReplicaId[] replicas, long[] counters) {
    long[] ids = new long[replicas.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = replicas[i].value();
    }
    return ofAscending(ids, counters);
  }

  /** As {@link #ofAscending(ReplicaId[], long[])}, by their numbers. Both arrays are kept. */
  static VersionVector ofAscending(long[] ids, long[] counters) {
    for (int i = 0; i < counters.length; i++) {
      if (counters[i] < 1 || (i > 0 && Long.compareUnsigned(ids[i - 1], ids[i]) >= 0)) {
        throw new IllegalArgumentException("a version vector that is not in ascending order");
      }
    }
    return ids.length == 0 ? EMPTY : new VersionVector(ids, counters);
  }

  /** How many replicas have an entry. */
  public int size() {
    return ids.length;
  }

  public boolean isEmpty() {
    return ids.length == 0;
  }

  public ReplicaId replicaAt(int index) {
    return new ReplicaId(ids[index]);
  }

  public long counterAt(int index) {
    return counters[index];
  }

  /** The highest counter of the replica; 0 if it has none. */
  public long counter(ReplicaId replica) {
    int index = indexOf(replica);
    return index >= 0 ? counters[index] : 0;
  }

  /** Where the replica's entry is; if it has none, −1 − where it would be. */
  int indexOf(ReplicaId replica) {
    long id = replica.value();
    int from = 0;
    int to = ids.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      long at = ids[middle];
      if (at == id) {
        return middle;
      } else if (isBefore(at, id)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return -1 - from;
  }

  /** As unsigned numbers. */
  private static boolean isBefore(long some, long other) {
    return some + Long.MIN_VALUE < other + Long.MIN_VALUE;
  }

  public boolean covers(ReplicaId replica, long counter) {
    return counter(replica) >= counter;
  }

  public boolean covers(Dot dot) {
    return covers(dot.replica(), dot.counter());
  }

  public boolean covers(VersionVector other) {
    if (other.ids == ids) {
      return coversEach(other.counters);
    }
    if (other.ids.length > ids.length) {
      return false;
    }
    int mine = 0;
    for (int i = 0; i < other.ids.length; i++) {
      long id = other.ids[i];
      while (mine < ids.length && isBefore(ids[mine], id)) {
        mine++;
      }
      if (mine == ids.length || ids[mine] != id || counters[mine] < other.counters[i]) {
        return false;
      }
    }
    return true;
  }

  /** Of the same replicas: a vector and those that it was raised to share them. */
  private boolean coversEach(long[] others) {
    if (others == counters) {
      return true;
    }
    for (int i = 0; i < others.length; i++) {
      if (counters[i] < others[i]) {
        return false;
      }
    }
    return true;
  }

  /** This vector with the replica's counter raised to at least {@code counter}. */
  public VersionVector with(ReplicaId replica, long counter) {
    if (counter < 1) {
      throw new IllegalArgumentException("a counter starts at 1, not " + counter);
    }
    int index = indexOf(replica);
    return index >= 0 && counters[index] >= counter ? this : with(index, replica, counter);
  }

  /** As {@link #with(ReplicaId, long)}, of a higher counter, where {@link #indexOf} is known. */
  VersionVector with(int index, ReplicaId replica, long counter) {
    if (index >= 0) {
      long[] raised = counters.clone();
      raised[index] = counter;
      return new VersionVector(ids, raised);
    }
    int at = -index - 1;
    long[] moreIds = new long[ids.length + 1];
    long[] moreCounters = new long[counters.length + 1];
    System.arraycopy(ids, 0, moreIds, 0, at);
    System.arraycopy(counters, 0, moreCounters, 0, at);
    moreIds[at] = replica.value();
    moreCounters[at] = counter;
    System.arraycopy(ids, at, moreIds, at + 1, ids.length - at);
    System.arraycopy(counters, at, moreCounters, at + 1, counters.length - at);
    return new VersionVector(moreIds, moreCounters);
  }

  /** The least vector that covers both. */
  public VersionVector join(VersionVector other) {
    VersionVector raised = raisedBy(other);
    if (raised == null) {
      raised = other.raisedBy(this);
    }
    return raised == null ? merged(other) : raised;
  }

  /** The join, if the other has no replica that is not here; null otherwise. */
  private @Nullable VersionVector raisedBy(VersionVector other) {
    if (other.ids.length > ids.length) {
      return null;
    }
    long[] raised = counters;
    int mine = 0;
    for (int i = 0; i < other.ids.length; i++) {
      long id = other.ids[i];
      while (mine < ids.length && isBefore(ids[mine], id)) {
        mine++;
      }
      if (mine == ids.length || ids[mine] != id) {
        return null;
      }
      if (counters[mine] < other.counters[i]) {
        raised = raised == counters ? counters.clone() : raised;
        raised[mine] = other.counters[i];
      }
    }
    return raised == counters ? this : new VersionVector(ids, raised);
  }

  /** Merged and not put one by one: a vector from the wire may have 100,000 entries. */
  private VersionVector merged(VersionVector other) {
    long[] joined = new long[ids.length + other.ids.length];
    long[] highest = new long[joined.length];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < ids.length || theirs < other.ids.length) {
      int order =
          mine == ids.length
              ? 1
              : theirs == other.ids.length
                  ? -1
                  : Long.compareUnsigned(ids[mine], other.ids[theirs]);
      joined[size] = order <= 0 ? ids[mine] : other.ids[theirs];
      long ours = order <= 0 ? counters[mine++] : 0;
      highest[size++] = Math.max(ours, order >= 0 ? other.counters[theirs++] : 0);
    }
    return new VersionVector(Arrays.copyOf(joined, size), Arrays.copyOf(highest, size));
  }

  /** The greatest vector that both cover. */
  public VersionVector meet(VersionVector other) {
    if (other.covers(this)) {
      return this;
    }
    if (covers(other)) {
      return other;
    }
    int most = Math.min(ids.length, other.ids.length);
    long[] common = new long[most];
    long[] lowest = new long[most];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < ids.length && theirs < other.ids.length) {
      int order = Long.compareUnsigned(ids[mine], other.ids[theirs]);
      if (order == 0) {
        common[size] = ids[mine];
        lowest[size++] = Math.min(counters[mine], other.counters[theirs]);
      }
      mine += order <= 0 ? 1 : 0;
      theirs += order >= 0 ? 1 : 0;
    }
    return size == 0
        ? EMPTY
        : new VersionVector(Arrays.copyOf(common, size), Arrays.copyOf(lowest, size));
  }

  /** The entries from that index on, before the other. */
  public VersionVector slice(int from, int to) {
    return from == to
        ? EMPTY
        : new VersionVector(
            Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(counters, from, to));
  }

  /** The entries that are higher here than in {@code other}. */
  public VersionVector beyond(VersionVector other) {
    long[] higher = new long[ids.length];
    long[] highest = new long[ids.length];
    int size = 0;
    int theirs = 0;
    for (int i = 0; i < ids.length; i++) {
      while (theirs < other.ids.length && isBefore(other.ids[theirs], ids[i])) {
        theirs++;
      }
      boolean known =
          theirs < other.ids.length
              && other.ids[theirs] == ids[i]
              && other.counters[theirs] >= counters[i];
      if (!known) {
        higher[size] = ids[i];
        highest[size++] = counters[i];
      }
    }
    return size == ids.length
        ? this
        : size == 0
            ? EMPTY
            : new VersionVector(Arrays.copyOf(higher, size), Arrays.copyOf(highest, size));
  }

  /** How many dots this covers that {@code other} does not, or the largest number if it is more. */
  public long missingFrom(VersionVector other) {
    long missing = 0;
    for (int i = 0; i < ids.length; i++) {
      missing += Math.max(0, counters[i] - other.counter(replicaAt(i)));
      if (missing < 0) {
        return Long.MAX_VALUE;
      }
    }
    return missing;
  }

  /** Count, then (replica 8 bytes, counter varint) in ascending order. */
  public void write(ByteWriter out) {
    out.varint(ids.length);
    for (int i = 0; i < ids.length; i++) {
      out.fixed64(ids[i]).varint(counters[i]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws RejectedException {@code MALFORMED} if it is not in canonical form
   */
  public static VersionVector read(ByteReader in) {
    int count = in.count(9, "version vector entries");
    long[] ids = new long[count];
    long[] counters = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = in.fixed64();
      counters[i] = in.varintAtLeast(1, "a counter");
      if (i > 0 && !isBefore(ids[i - 1], ids[i])) {
        throw RejectedException.malformed("a version vector that is not in ascending order");
      }
    }
    return new VersionVector(ids, counters);
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    write(out);
    return out.toByteArray();
  }

  public static VersionVector decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    VersionVector result = read(in);
    in.end();
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof VersionVector that
            && Arrays.equals(counters, that.counters)
            && Arrays.equals(ids, that.ids));
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(counters);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < ids.length; i++) {
      text.append(i == 0 ? "" : ", ").append(replicaAt(i)).append(':').append(counters[i]);
    }
    return text.append('}').toString();
  }
}
