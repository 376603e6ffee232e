package dev.hearsay.crdt;

import java.nio.ByteBuffer;

/**
 * Entries of replicas that are gone for good, under one name: a version vector that a frontier
 * names by its hash instead of listing it. An encoding and nothing else: what {@link #close} makes
 * of {@link #open} is the same vector as before, whoever closed what, so that nothing is forgotten.
 * Immutable.
 */
public final class ClosedVector {
  private final VersionVector vector;
  private final Digest hash;

  private ClosedVector(VersionVector vector, Digest hash) {
    this.vector = vector;
    this.hash = hash;
  }

  /** Names the vector by its content. */
  public static ClosedVector of(VersionVector vector) {
    ByteBuffer sha = ByteBuffer.wrap(Sha256.of(vector.encode()));
    return new ClosedVector(vector, new Digest(sha.getLong(), sha.getLong()));
  }

  public VersionVector vector() {
    return vector;
  }

  /** The first 16 bytes of the SHA-256 of the encoded vector. */
  public Digest hash() {
    return hash;
  }

  public int size() {
    return vector.size();
  }

  /** Whether the frontier can be told by naming this: it has all of it, perhaps more. */
  public boolean fits(VersionVector frontier) {
    return frontier.covers(vector);
  }

  /**
   * What is left to say of a frontier that {@link #fits}: entries that are not closed, and closed
   * ones that went on.
   */
  public VersionVector open(VersionVector frontier) {
    return frontier.beyond(vector);
  }

  /** The frontier of which {@link #open} is left. */
  public VersionVector close(VersionVector open) {
    return vector.join(open);
  }

  /**
   * How many entries are looked at to {@link #close}: replicas that went on count twice, so it may
   * be more than the frontier has.
   */
  public long unfolds(VersionVector open) {
    return (long) vector.size() + open.size();
  }

  /** An order on which all nodes agree, so that of two alike they take the same. */
  public boolean isBefore(ClosedVector other) {
    return hash.high() != other.hash.high()
        ? hash.high() < other.hash.high()
        : hash.low() < other.hash.low();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClosedVector that && hash.equals(that.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return vector.size() + " closed entries, " + hash;
  }
}
