package dev.hearsay.sim.world;

import java.util.SplittableRandom;

/**
 * How long a packet takes: a fixed part, and a part that is drawn from an exponential distribution.
 *
 * @param leastNanos the fixed part
 * @param meanExtraNanos mean of the rest; 0 for none
 */
public record Latency(long leastNanos, long meanExtraNanos) {
  /** Within a room. */
  public static final Latency LAN = new Latency(150_000, 100_000);

  /** Between continents. */
  public static final Latency WAN = new Latency(60_000_000, 20_000_000);

  public Latency {
    if (leastNanos < 0 || meanExtraNanos < 0) {
      throw new IllegalArgumentException("a packet does not arrive before it is sent");
    }
  }

  long draw(SplittableRandom random) {
    if (meanExtraNanos == 0) {
      return leastNanos;
    }
    return leastNanos + (long) (-Math.log(1 - random.nextDouble()) * meanExtraNanos);
  }
}
