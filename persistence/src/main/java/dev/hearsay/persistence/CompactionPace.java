package dev.hearsay.persistence;

/**
 * When the next range may be compacted: compacting takes a tenth of the time at most, because it
 * writes tables anew beside the journal's own writes. Not thread-safe.
 */
final class CompactionPace {
  /** So many times as long as a compaction took there is none after it. */
  static final int PAUSES = 9;

  private boolean resting;
  private long nextNanos;

  /** A range was compacted, between two readings of the same clock in nanoseconds. */
  void compacted(long startedNanos, long endedNanos) {
    resting = true;
    nextNanos = endedNanos + PAUSES * (endedNanos - startedNanos);
  }

  /** Nanoseconds until the next may begin; 0 if it may now. */
  long waitNanos(long nowNanos) {
    if (resting && nextNanos - nowNanos > 0) {
      return nextNanos - nowNanos;
    }
    resting = false;
    return 0;
  }
}
