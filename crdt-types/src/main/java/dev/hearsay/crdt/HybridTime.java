package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.RejectedException;
import java.time.Instant;

/**
 * Hybrid logical time: 47 bits of milliseconds since 1970 and 16 bits that count events within one
 * (Kulkarni et al. 2014). Later than everything its writer had seen.
 *
 * @param packed milliseconds in the upper 48 bits, the count in the lower 16; not negative
 */
public record HybridTime(long packed) implements Comparable<HybridTime> {
  /** Before every change. */
  public static final HybridTime ZERO = new HybridTime(0);

  /**
   * The end of the year 2999. What claims to be later is refused where it is read: since a write is
   * later than all it has seen, one such time would leave no room for the times after it.
   */
  public static final HybridTime MAX = ofMillis(32_503_679_999_999L);

  private static final int COUNT_BITS = 16;

  public HybridTime {
    if (packed < 0) {
      throw new IllegalArgumentException("negative time " + packed);
    }
  }

  public static HybridTime ofMillis(long millis) {
    return new HybridTime(Math.multiplyExact(Math.max(0, millis), 1L << COUNT_BITS));
  }

  /**
   * Reads 8 bytes.
   *
   * @throws RejectedException {@code MALFORMED} if it is below zero or beyond {@link #MAX}
   */
  public static HybridTime read(ByteReader in) {
    long packed = in.fixed64();
    if (packed < 0 || packed > MAX.packed) {
      throw RejectedException.malformed("a time of " + packed + ", which no clock shows");
    }
    return new HybridTime(packed);
  }

  /** The first time after this one; borrows from the next millisecond when the count is full. */
  public HybridTime next() {
    return new HybridTime(Math.addExact(packed, 1));
  }

  public long millis() {
    return packed >>> COUNT_BITS;
  }

  public int count() {
    return (int) (packed & 0xffff);
  }

  public Instant toInstant() {
    return Instant.ofEpochMilli(millis());
  }

  public static HybridTime max(HybridTime a, HybridTime b) {
    return a.packed >= b.packed ? a : b;
  }

  @Override
  public int compareTo(HybridTime other) {
    return Long.compare(packed, other.packed);
  }

  @Override
  public String toString() {
    return toInstant() + "+" + count();
  }
}
