package dev.hearsay.mesh;

import java.math.BigInteger;

/** A counter in which every increment counts, exactly once, on every node. It never wraps. */
public interface PnCounter {
  default void increment() {
    increment(1);
  }

  default void decrement() {
    increment(-1);
  }

  /**
   * Adds {@code amount}, which may be negative.
   *
   * @throws HearsayException {@link ErrorCode#COUNTER_OVERFLOW} if this replica's total would leave
   *     the range of 127 bits and a sign
   */
  void increment(long amount);

  /**
   * Sets the counter to zero as far as this node has seen it: an increment that is concurrent with
   * the reset still counts.
   */
  void reset();

  /**
   * The exact sum.
   *
   * @throws HearsayException {@link ErrorCode#COUNTER_OVERFLOW} if it does not fit a {@code long}
   */
  long value();

  /** The exact sum, however large. */
  BigInteger exactValue();
}
