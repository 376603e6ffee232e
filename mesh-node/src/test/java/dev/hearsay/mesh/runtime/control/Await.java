package dev.hearsay.mesh.runtime.control;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of another thread, up to a deadline. */
final class Await {
  private static final Duration POLL = Duration.ofMillis(10);

  private Await() {}

  /** Returns how many milliseconds it took; fails with what {@code shown} gives at the deadline. */
  static long until(Duration atMost, BooleanSupplier condition, Supplier<?> shown) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > atMost.toNanos()) {
        throw new AssertionError("not within " + atMost + ": " + shown.get());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return (System.nanoTime() - start) / 1_000_000;
  }
}
