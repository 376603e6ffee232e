package dev.hearsay.mesh.space;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The node's hybrid logical clock, over all its spaces (Kulkarni et al. 2014). Wall time is an
 * argument. Thread-safe.
 */
public final class HybridClock {
  private final AtomicLong last = new AtomicLong();
  private volatile @Nullable String refusal;

  /**
   * A time later than every one before and than everything observed.
   *
   * @throws HearsayException {@link ErrorCode#CLOCK_OFF} while {@link #refuse} says so
   */
  public HybridTime tick(long wallMillis) {
    String why = refusal;
    if (why != null) {
      throw new HearsayException(ErrorCode.CLOCK_OFF, why);
    }
    long wall = HybridTime.ofMillis(wallMillis).packed();
    return new HybridTime(last.updateAndGet(previous -> Math.max(previous + 1, wall)));
  }

  /** Whether there are no times to write with from now on, and why; null if there are. */
  public void refuse(@Nullable String why) {
    refusal = why;
  }

  /** What has been seen: later ticks are later. */
  public void observe(HybridTime seen) {
    last.accumulateAndGet(seen.packed(), Math::max);
  }
}
