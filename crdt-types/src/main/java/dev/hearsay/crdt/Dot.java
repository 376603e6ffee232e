package dev.hearsay.crdt;

/**
 * The name of one atom. Counters of a replica in a space start at 1 and have no gaps, so a version
 * vector can stand for a set of dots.
 */
public record Dot(ReplicaId replica, long counter) implements Comparable<Dot> {
  public Dot {
    if (counter < 1) {
      throw new IllegalArgumentException("a dot's counter starts at 1, not " + counter);
    }
  }

  @Override
  public int compareTo(Dot other) {
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return replica + ":" + counter;
  }
}
