package dev.hearsay.sim.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How long a packet takes: a fixed part, and a part that is drawn.
 *
 * @param leastNanos the fixed part, of the nearest link
 * @param meanExtraNanos mean of the rest, about; 0 for none
 * @param form how the rest is distributed
 * @param spread how many times as long the farthest pair of nodes takes as the nearest; 1 where all
 *     links are alike. Each direction of a link takes up to twice as long as its distance says
 */
public record Latency(long leastNanos, long meanExtraNanos, Form form, double spread) {
  /** Within a room. */
  public static final Latency LAN = new Latency(150_000, 100_000);

  /** Between continents. */
  public static final Latency WAN = new Latency(60_000_000, 20_000_000);

  /** No packet of a heavy tail is later than this, or than ten means if that is more. */
  static final long TAIL_NANOS_MAX = 2_000_000_000L;

  private static final double TAIL_MEANS_MAX = 100;
  private static final double TAIL_MEANS_LEAST = 10;
  private static final double SPREAD_MAX = 1_000;

  /** How the part of a packet's time that is drawn is distributed; all have the same mean. */
  public enum Form {
    /** Always the mean. */
    CONSTANT,
    EXPONENTIAL,
    /** With sigma 1.5: one packet in a thousand takes 33 means. */
    LOGNORMAL,
    /** Pareto's second, with shape 1.5: one packet in a thousand takes 50 means. */
    PARETO;

    private static final double SIGMA = 1.5;
    private static final double SHAPE = 1.5;

    /** As options spell it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is spelt like this. */
    public static Optional<Form> find(String label) {
      return Arrays.stream(values()).filter(form -> form.label().equals(label)).findFirst();
    }

    /** How all of them are spelt. */
    public static List<String> labels() {
      return Arrays.stream(values()).map(Form::label).toList();
    }

    /** One that is drawn, in means. */
    private double draw(SplittableRandom random) {
      return switch (this) {
        case CONSTANT -> 1;
        case EXPONENTIAL -> -Math.log(1 - random.nextDouble());
        case LOGNORMAL -> Math.exp(SIGMA * random.nextGaussian() - SIGMA * SIGMA / 2);
        case PARETO -> (SHAPE - 1) * (Math.pow(1 - random.nextDouble(), -1 / SHAPE) - 1);
      };
    }

    private boolean isHeavy() {
      return this == LOGNORMAL || this == PARETO;
    }
  }

  public Latency {
    if (leastNanos < 0 || meanExtraNanos < 0) {
      throw new IllegalArgumentException("a packet does not arrive before it is sent");
    }
    if (!(spread >= 1 && spread <= SPREAD_MAX)) {
      throw new IllegalArgumentException(
          "far links take from 1 to " + SPREAD_MAX + " times as long as near ones, not " + spread);
    }
  }

  /** The same on all links, with a rest that is distributed exponentially. */
  public Latency(long leastNanos, long meanExtraNanos) {
    this(leastNanos, meanExtraNanos, Form.EXPONENTIAL, 1);
  }

  /** How many times as long as the nearest link this direction takes; the seed says how far. */
  double distance(long seed, int from, int to) {
    if (spread == 1) {
      return 1;
    }
    long pair = (long) Math.min(from, to) << Integer.SIZE | Math.max(from, to);
    SplittableRandom random = new SplittableRandom(seed ^ 0x64697374L ^ pair * 0x9E3779B97F4A7C15L);
    double both = Math.pow(spread, random.nextDouble());
    double there = 1 + random.nextDouble();
    double back = 1 + random.nextDouble();
    return both * (from < to ? there : back);
  }

  /** How long one packet takes over so many times the distance of the nearest link. */
  long draw(SplittableRandom random, double distance) {
    long least = (long) (leastNanos * distance);
    if (meanExtraNanos == 0) {
      return least;
    }
    double mean = meanExtraNanos * distance;
    double extra = form.draw(random) * mean;
    if (form.isHeavy()) {
      double most = Math.max(TAIL_NANOS_MAX, TAIL_MEANS_LEAST * mean);
      extra = Math.min(extra, Math.min(TAIL_MEANS_MAX * mean, most));
    }
    return least + (long) extra;
  }
}
