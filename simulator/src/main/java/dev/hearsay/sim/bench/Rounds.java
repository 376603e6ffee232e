package dev.hearsay.sim.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The figures of repeated rounds. */
final class Rounds {

  private final List<Double> figures = new ArrayList<>();

  void add(double figure) {
    figures.add(figure);
  }

  int count() {
    return figures.size();
  }

  double median() {
    return quantile(0.5);
  }

  /** With fewer than a hundred rounds, the worst. */
  double p99() {
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
