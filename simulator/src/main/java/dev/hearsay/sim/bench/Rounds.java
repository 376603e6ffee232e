package dev.hearsay.sim.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The figures of repeated rounds. Not thread-safe. */
public final class Rounds {

  private final List<Double> figures = new ArrayList<>();

  /** Takes one more figure. */
  public void add(double figure) {
    figures.add(figure);
  }

  public int count() {
    return figures.size();
  }

  /** The figure in the middle, the lower one of two. */
  public double median() {
    return quantile(0.5);
  }

  /** With fewer than a hundred rounds, the worst. */
  public double p99() {
    return quantile(0.99);
  }

  /** The smallest figure that at least this share of all figures do not exceed. */
  private double quantile(double share) {
    if (figures.isEmpty()) {
      throw new IllegalStateException("no rounds yet");
    }
    List<Double> sorted = new ArrayList<>(figures);
    Collections.sort(sorted);
    return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
  }
}
