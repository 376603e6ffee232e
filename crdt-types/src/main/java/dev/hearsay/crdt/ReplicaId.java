package dev.hearsay.crdt;

/**
 * A writer of a space: one incarnation of a node, a random 64-bit number. Ordered as unsigned
 * numbers.
 */
public record ReplicaId(long value) implements Comparable<ReplicaId> {
  @Override
  public int compareTo(ReplicaId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return String.format("%016x", value);
  }
}
