package dev.hearsay.sim.bench.journal;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What entities store in a stretch of time. Thread-safe. */
final class WriteRound {
  private static final int LATENCIES_MAX = 1 << 20;

  private final CountDownLatch ended;
  private final CountDownLatch storedOne = new CountDownLatch(1);
  private final AtomicLong events = new AtomicLong();
  private final AtomicInteger measured = new AtomicInteger();
  private final long[] latencies = new long[LATENCIES_MAX];
  private volatile boolean over;
  private long startNanos;
  private long endNanos;

  WriteRound(int writers) {
    ended = new CountDownLatch(writers);
  }

  void begin() {
    startNanos = System.nanoTime();
  }

  /** Takes one event that was stored, and how long that took. */
  void stored(long nanos) {
    if (!over) {
      events.incrementAndGet();
      int at = measured.getAndIncrement();
      if (at < LATENCIES_MAX) {
        latencies[at] = nanos;
      }
      storedOne.countDown();
    }
  }

  /**
   * Counted down by the first event: a disk may need longer for it than a round is meant to take.
   */
  CountDownLatch storedOne() {
    return storedOne;
  }

  /** Ends the counting; who writes finishes what it has begun. */
  void stop() {
    over = true;
    endNanos = System.nanoTime();
  }

  boolean isOver() {
    return over;
  }

  /** Counted down by each writer when it writes no more. */
  CountDownLatch ended() {
    return ended;
  }

  double eventsPerSecond() {
    return events.get() / ((endNanos - startNanos) / 1e9);
  }

  /** The time of each event, after all have ended. */
  long[] latencyNanos() {
    return Arrays.copyOf(latencies, Math.min(measured.get(), LATENCIES_MAX));
  }
}
