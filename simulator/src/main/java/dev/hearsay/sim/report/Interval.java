package dev.hearsay.sim.report;

import java.util.Arrays;

/**
 * A mean, and where it lies with 95 % confidence (Student's t).
 *
 * @param count of what was measured; with fewer than two the interval is the mean alone
 */
public record Interval(int count, double mean, double low, double high) {
  /** Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  private static final double T_OF_MANY = 1.96;

  /** Of independent measurements. */
  public static Interval of(double[] values) {
    int count = values.length;
    double mean = Arrays.stream(values).average().orElse(0);
    if (count < 2) {
      return new Interval(count, mean, mean, mean);
    }
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double error = Math.sqrt(squares / (count - 1) / count);
    double t = count - 1 <= T.length ? T[count - 2] : T_OF_MANY;
    return new Interval(count, mean, mean - t * error, mean + t * error);
  }
}
