package dev.hearsay.sim.workload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Draws ranks, from 0, of which the n-th is drawn 1/n^s times as often as the first. Immutable. */
final class Zipf {
  private final double[] upTo;

  /**
   * Of so many ranks.
   *
   * @param exponent s: 0 is even, 1 is what is found where people choose
   */
  Zipf(int ranks, double exponent) {
    upTo = new double[ranks];
    double sum = 0;
    for (int i = 0; i < ranks; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      upTo[i] = sum;
    }
  }

  int draw(RandomGenerator random) {
    double point = random.nextDouble() * upTo[upTo.length - 1];
    int found = Arrays.binarySearch(upTo, point);
    return Math.min(upTo.length - 1, found >= 0 ? found + 1 : -found - 1);
  }
}
