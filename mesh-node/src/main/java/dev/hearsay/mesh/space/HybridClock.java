package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
    return next(wallMillis);
  }

  private HybridTime next(long wallMillis) {
    long wall = HybridTime.ofMillis(wallMillis).packed();
    return new HybridTime(last.updateAndGet(previous -> Math.max(previous + 1, wall)));
  }

  /**
   * A transaction and its time.
   *
   * @param time later than every one before and than everything observed
   * @param refusal why nothing may be written at that time; null if something may
   */
  public record Writing(HybridTime time, @Nullable String refusal) {
    /**
     * The body, which throws {@link ErrorCode#CLOCK_OFF} in the end if it has written something at
     * a time at which nothing may be. One that finds its write done already writes nothing.
     */
    public Consumer<Draft> of(Consumer<Draft> body) {
      String why = refusal;
      return why == null
          ? body
          : draft -> {
            body.accept(draft);
            if (!draft.isEmpty()) {
              throw new HearsayException(ErrorCode.CLOCK_OFF, why);
            }
          };
    }
  }

  /** The time of a transaction of which it is not known yet whether it writes. */
  public Writing begin(long wallMillis) {
    String why = refusal;
    return why == null
        ? new Writing(next(wallMillis), null)
        // Not taken, so that a clock that is off moves nothing; nothing is kept under it.
        : new Writing(new HybridTime(last.get() + 1), why);
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
