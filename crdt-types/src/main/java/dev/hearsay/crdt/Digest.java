package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;

/**
 * An additive 128-bit hash over a set: the sum of its members' hashes (Clarke et al. 2003), so that
 * adding and removing a member is one addition, and equal sets have equal digests however they were
 * reached. Not a defence against forged members.
 */
public record Digest(long high, long low) {
  public static final Digest ZERO = new Digest(0, 0);

  private static final int SEED = 0x68656172;

  /** The hash of one member. */
  static Digest of(ByteWriter member) {
    long[] hash = member.murmur128(SEED);
    return new Digest(hash[0], hash[1]);
  }

  public Digest plus(Digest other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Digest(high + other.high + carry, sum);
  }

  public Digest minus(Digest other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Digest(high - other.high - borrow, low - other.low);
  }

  public void write(ByteWriter out) {
    out.fixed64(high).fixed64(low);
  }

  public static Digest read(ByteReader in) {
    return new Digest(in.fixed64(), in.fixed64());
  }

  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
