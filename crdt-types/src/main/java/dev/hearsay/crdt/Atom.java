package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Value;

/**
 * The smallest piece of state: a payload with its dot, time and author; its key is what it is
 * stored under. Flat, because a space may hold millions: 32 bytes without a payload, as in sets and
 * flags, and 40 with one. Immutable.
 */
public sealed class Atom {
  private final Origin origin;
  private final long counter;
  private final long time;

  private Atom(Origin origin, long counter, long time) {
    this.origin = origin;
    this.counter = counter;
    this.time = time;
  }

  /** An atom as a change or diff brings it; whether its payload suits a field is not asked here. */
  public static Atom of(
      ReplicaId replica, long counter, HybridTime time, String author, Value payload) {
    return of(Origin.of(replica, author), counter, time, payload);
  }

  static Atom of(Origin origin, long counter, HybridTime time, Value payload) {
    return payload == Value.Null.NULL
        ? new Atom(origin, counter, time.packed())
        : new Bearing(origin, counter, time.packed(), payload);
  }

  /** An atom with a payload. */
  private static final class Bearing extends Atom {
    private final Value payload;

    Bearing(Origin origin, long counter, long time, Value payload) {
      super(origin, counter, time);
      this.payload = payload;
    }

    @Override
    public Value payload() {
      return payload;
    }
  }

  public ReplicaId replica() {
    return origin.replica();
  }

  public long counter() {
    return counter;
  }

  public Dot dot() {
    return new Dot(replica(), counter);
  }

  public HybridTime time() {
    return new HybridTime(time);
  }

  Origin origin() {
    return origin;
  }

  public String author() {
    return origin.author();
  }

  /** {@link Value.Null#NULL} if it has none. */
  public Value payload() {
    return Value.Null.NULL;
  }

  boolean coveredBy(VersionVector vector) {
    return vector.covers(replica(), counter);
  }

  boolean coveredBy(Past past) {
    return past.covers(replica(), counter);
  }

  boolean hasDot(Dot dot) {
    return counter == dot.counter() && replica().equals(dot.replica());
  }

  boolean sameDot(Atom other) {
    return counter == other.counter && replica().equals(other.replica());
  }

  /** Later by (time, replica, counter), the rule of last-writer-wins reads. */
  boolean isLaterThan(Atom other) {
    if (time != other.time) {
      return time > other.time;
    }
    int byReplica = replica().compareTo(other.replica());
    return byReplica != 0 ? byReplica > 0 : counter > other.counter;
  }

  @Override
  public String toString() {
    return payload() + "@" + replica() + ":" + counter;
  }
}
