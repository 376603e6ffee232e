package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Replica → highest counter: a set of dots without gaps (Parker et al. 1983). Immutable; two sorted
 * arrays, because spaces have few writers and the whole is compared often.
 */
public final class VersionVector {
  public static final VersionVector EMPTY = new VersionVector(new ReplicaId[0], new long[0]);

  private final ReplicaId[] replicas;
  private final long[] counters;

  private VersionVector(ReplicaId[] replicas, long[] counters) {
    this.replicas = replicas;
    this.counters = counters;
  }

  public static VersionVector of(Map<ReplicaId, Long> entries) {
    ReplicaId[] replicas = new ReplicaId[entries.size()];
    long[] counters = new long[entries.size()];
    int size = 0;
    for (Map.Entry<ReplicaId, Long> entry : new TreeMap<>(entries).entrySet()) {
      if (entry.getValue() < 1) {
        throw new IllegalArgumentException("a counter starts at 1, not " + entry.getValue());
      }
      replicas[size] = entry.getKey();
      counters[size++] = entry.getValue();
    }
    return new VersionVector(replicas, counters);
  }

  /** Of replicas in ascending order, each with its counter, at least 1. Both arrays are kept. */
  public static VersionVector ofAscending(ReplicaId[] replicas, long[] counters) {
    for (int i = 0; i < counters.length; i++) {
      if (counters[i] < 1 || (i > 0 && replicas[i - 1].compareTo(replicas[i]) >= 0)) {
        throw new IllegalArgumentException("a version vector that is not in ascending order");
      }
    }
    return replicas.length == 0 ? EMPTY : new VersionVector(replicas, counters);
  }

  /** How many replicas have an entry. */
  public int size() {
    return replicas.length;
  }

  public boolean isEmpty() {
    return replicas.length == 0;
  }

  public ReplicaId replicaAt(int index) {
    return replicas[index];
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
    int from = 0;
    int to = replicas.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = replicas[middle].compareTo(replica);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return -1 - from;
  }

  public boolean covers(ReplicaId replica, long counter) {
    return counter(replica) >= counter;
  }

  public boolean covers(Dot dot) {
    return covers(dot.replica(), dot.counter());
  }

  public boolean covers(VersionVector other) {
    if (other.replicas == replicas) {
      return coversEach(other.counters);
    }
    if (other.replicas.length > replicas.length) {
      return false;
    }
    int mine = 0;
    for (int i = 0; i < other.replicas.length; i++) {
      while (mine < replicas.length && replicas[mine].compareTo(other.replicas[i]) < 0) {
        mine++;
      }
      if (mine == replicas.length
          || !replicas[mine].equals(other.replicas[i])
          || counters[mine] < other.counters[i]) {
        return false;
      }
    }
    return true;
  }

  /** Of the same replicas: a vector and those that it was raised to share them. */
  private boolean coversEach(long[] others) {
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
      return new VersionVector(replicas, raised);
    }
    int at = -index - 1;
    ReplicaId[] moreReplicas = new ReplicaId[replicas.length + 1];
    long[] moreCounters = new long[counters.length + 1];
    System.arraycopy(replicas, 0, moreReplicas, 0, at);
    System.arraycopy(counters, 0, moreCounters, 0, at);
    moreReplicas[at] = replica;
    moreCounters[at] = counter;
    System.arraycopy(replicas, at, moreReplicas, at + 1, replicas.length - at);
    System.arraycopy(counters, at, moreCounters, at + 1, counters.length - at);
    return new VersionVector(moreReplicas, moreCounters);
  }

  /** The least vector that covers both. */
  public VersionVector join(VersionVector other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    if (other.replicas.length == 1) {
      return with(other.replicas[0], other.counters[0]);
    }
    // Merged and not put one by one: a vector from the wire may have 100,000 entries.
    ReplicaId[] joined = new ReplicaId[replicas.length + other.replicas.length];
    long[] highest = new long[joined.length];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < replicas.length || theirs < other.replicas.length) {
      int order =
          mine == replicas.length
              ? 1
              : theirs == other.replicas.length
                  ? -1
                  : replicas[mine].compareTo(other.replicas[theirs]);
      joined[size] = order <= 0 ? replicas[mine] : other.replicas[theirs];
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
    int most = Math.min(replicas.length, other.replicas.length);
    ReplicaId[] common = new ReplicaId[most];
    long[] lowest = new long[most];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < replicas.length && theirs < other.replicas.length) {
      int order = replicas[mine].compareTo(other.replicas[theirs]);
      if (order == 0) {
        common[size] = replicas[mine];
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
            Arrays.copyOfRange(replicas, from, to), Arrays.copyOfRange(counters, from, to));
  }

  /** The entries that are higher here than in {@code other}. */
  public VersionVector beyond(VersionVector other) {
    ReplicaId[] higher = new ReplicaId[replicas.length];
    long[] highest = new long[replicas.length];
    int size = 0;
    int theirs = 0;
    for (int i = 0; i < replicas.length; i++) {
      while (theirs < other.replicas.length && other.replicas[theirs].compareTo(replicas[i]) < 0) {
        theirs++;
      }
      boolean known =
          theirs < other.replicas.length
              && other.replicas[theirs].equals(replicas[i])
              && other.counters[theirs] >= counters[i];
      if (!known) {
        higher[size] = replicas[i];
        highest[size++] = counters[i];
      }
    }
    return size == replicas.length
        ? this
        : size == 0
            ? EMPTY
            : new VersionVector(Arrays.copyOf(higher, size), Arrays.copyOf(highest, size));
  }

  /** How many dots this covers that {@code other} does not, or the largest number if it is more. */
  public long missingFrom(VersionVector other) {
    long missing = 0;
    for (int i = 0; i < replicas.length; i++) {
      missing += Math.max(0, counters[i] - other.counter(replicas[i]));
      if (missing < 0) {
        return Long.MAX_VALUE;
      }
    }
    return missing;
  }

  /** Count, then (replica 8 bytes, counter varint) in ascending order. */
  public void write(ByteWriter out) {
    out.varint(replicas.length);
    for (int i = 0; i < replicas.length; i++) {
      out.fixed64(replicas[i].value()).varint(counters[i]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws RejectedException {@code MALFORMED} if it is not in canonical form
   */
  public static VersionVector read(ByteReader in) {
    int count = in.count(9, "version vector entries");
    ReplicaId[] replicas = new ReplicaId[count];
    long[] counters = new long[count];
    for (int i = 0; i < count; i++) {
      replicas[i] = new ReplicaId(in.fixed64());
      counters[i] = in.varintAtLeast(1, "a counter");
      if (i > 0 && replicas[i - 1].compareTo(replicas[i]) >= 0) {
        throw RejectedException.malformed("a version vector that is not in ascending order");
      }
    }
    return new VersionVector(replicas, counters);
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
    return other instanceof VersionVector that
        && Arrays.equals(counters, that.counters)
        && Arrays.equals(replicas, that.replicas);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(replicas) + Arrays.hashCode(counters);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < replicas.length; i++) {
      text.append(i == 0 ? "" : ", ").append(replicas[i]).append(':').append(counters[i]);
    }
    return text.append('}').toString();
  }
}
