package dev.hearsay.mesh.space;

import dev.hearsay.crdt.HybridTime;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's hybrid logical clock, over all its spaces (Kulkarni et al. 2014). Wall time is an
 * argument. Thread-safe.
 */
public final class HybridClock {
  private final AtomicLong last = new AtomicLong();

  /** A time later than every one before and than everything observed. */
  public HybridTime tick(long wallMillis) {
    long wall = HybridTime.ofMillis(wallMillis).packed();
    return new HybridTime(last.updateAndGet(previous -> Math.max(previous + 1, wall)));
  }

  /** What has been seen: later ticks are later. */
  public void observe(HybridTime seen) {
    last.accumulateAndGet(seen.packed(), Math::max);
  }
}
