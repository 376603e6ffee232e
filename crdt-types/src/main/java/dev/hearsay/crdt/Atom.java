package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;

/**
 * The smallest piece of state: a payload with its dot, time and author; its key is what it is
 * stored under. Flat, because a space may hold millions.
 */
public final class Atom {
  private final ReplicaId replica;
  private final long counter;
  private final long time;
  private final String author;
  private final Value payload;

  /** An atom as a change or diff brings it; whether its payload suits a field is not asked here. */
  public Atom(ReplicaId replica, long counter, HybridTime time, String author, Value payload) {
    this.replica = Shared.replica(replica);
    this.counter = counter;
    this.time = time.packed();
    this.author = Shared.text(author);
    this.payload = payload;
  }

  public ReplicaId replica() {
    return replica;
  }

  public long counter() {
    return counter;
  }

  public Dot dot() {
    return new Dot(replica, counter);
  }

  public HybridTime time() {
    return new HybridTime(time);
  }

  public String author() {
    return author;
  }

  public Value payload() {
    return payload;
  }

  boolean coveredBy(VersionVector vector) {
    return vector.covers(replica, counter);
  }

  boolean hasDot(Dot dot) {
    return counter == dot.counter() && replica.equals(dot.replica());
  }

  boolean sameDot(Atom other) {
    return counter == other.counter && replica.equals(other.replica);
  }

  /** Later by (time, replica, counter), the rule of last-writer-wins reads. */
  boolean isLaterThan(Atom other) {
    if (time != other.time) {
      return time > other.time;
    }
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica > 0 : counter > other.counter;
  }

  @Override
  public String toString() {
    return payload + "@" + replica + ":" + counter;
  }
}
