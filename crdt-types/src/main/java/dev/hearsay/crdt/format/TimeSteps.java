package dev.hearsay.crdt.format;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.value.RejectedException;

/**
 * Times of a replica's atoms as steps from one to the next, each an unsigned number: the same
 * change is 0, and what a clock does next is one byte.
 *
 * <pre>
 * step = milliseconds &lt;&lt; 1 | 1     that much later, and the count is 0
 *      | difference &lt;&lt; 1           of the packed times, modulo 2^63: all else
 * </pre>
 */
final class TimeSteps {
  private long last;

  /** The next replica begins at time 0. */
  void restart() {
    last = 0;
  }

  long stepTo(HybridTime time) {
    long from = last;
    last = time.packed();
    return isLaterWithoutCount(from, last)
        ? ((last >>> 16) - (from >>> 16)) << 1 | 1
        : (last - from) << 1;
  }

  /**
   * The packed time after that step.
   *
   * @throws RejectedException {@code MALFORMED} if it is not what {@link #stepTo} makes
   */
  long timeAfter(long step) {
    long from = last;
    boolean millis = (step & 1) == 1;
    long to =
        millis ? ((from >>> 16) + (step >>> 1)) << 16 : (from + (step >>> 1)) & Long.MAX_VALUE;
    boolean overflows = millis && step >>> 1 >= 1L << 47;
    if (overflows || to < 0 || millis != isLaterWithoutCount(from, to)) {
      throw RejectedException.malformed("a step in time of " + Long.toUnsignedString(step));
    }
    last = to;
    return to;
  }

  private static boolean isLaterWithoutCount(long from, long to) {
    return (to & 0xffff) == 0 && to >>> 16 > from >>> 16;
  }
}
