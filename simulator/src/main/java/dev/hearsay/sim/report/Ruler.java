package dev.hearsay.sim.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where on an axis a value stands, from 0 to 1, and which values are marked. */
record Ruler(double low, double high, boolean logarithmic, List<Double> ticks) {
  private static final int TICKS_WANTED = 5;
  private static final int DECADES_WITH_STEPS_MAX = 2;

  /** More values than these are marked at round numbers, not one by one. */
  private static final int OWN_TICKS_MAX = 8;

  /** Marks closer than this are not drawn. */
  private static final double APART_MIN = 0.06;

  /** For an axis with these values on it. */
  static Ruler of(Axis axis, Collection<Double> values) {
    return axis.scale() == Axis.Scale.LOG ? logarithmic(values) : linear(values);
  }

  /** The same, marked at the values themselves if they are few. */
  static Ruler atValues(Axis axis, Collection<Double> values) {
    Ruler ruler = of(axis, values);
    List<Double> own = values.stream().distinct().sorted().toList();
    if (own.size() > OWN_TICKS_MAX) {
      return ruler;
    }
    List<Double> apart = new ArrayList<>();
    for (double value : own) {
      if (apart.isEmpty()
          || ruler.position(value) - ruler.position(apart.get(apart.size() - 1)) >= APART_MIN) {
        apart.add(value);
      }
    }
    return new Ruler(ruler.low, ruler.high, ruler.logarithmic, List.copyOf(apart));
  }

  /** The same for bars: the smallest must be seen too. */
  Ruler forBars() {
    return logarithmic ? new Ruler(low / 2, high, true, ticks) : this;
  }

  private static Ruler linear(Collection<Double> values) {
    double max = values.stream().mapToDouble(value -> value).max().orElse(1);
    double min = Math.min(0, values.stream().mapToDouble(value -> value).min().orElse(0));
    double span = max > min ? max - min : 1;
    double step = roundStep(span / TICKS_WANTED);
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.floor(min / step + 1e-9);
    long last = (long) Math.ceil((min + span) / step - 1e-9);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Ruler(first * step, last * step, false, List.copyOf(ticks));
  }

  private static double roundStep(double step) {
    double decade = Math.pow(10, Math.floor(Math.log10(step)));
    for (double round : new double[] {1, 2, 5}) {
      if (round * decade >= step * (1 - 1e-9)) {
        return round * decade;
      }
    }
    return 10 * decade;
  }

  private static Ruler logarithmic(Collection<Double> values) {
    double[] positive = values.stream().mapToDouble(v -> v).filter(v -> v > 0).sorted().toArray();
    double min = positive.length == 0 ? 1 : positive[0];
    double max = positive.length == 0 ? 10 : positive[positive.length - 1];
    int from = (int) Math.floor(Math.log10(min) + 1e-9);
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(max) - 1e-9));
    int every = (to - from + 7) / 8;
    List<Double> ticks = new ArrayList<>();
    for (int decade = from; decade <= to; decade++) {
      if ((decade - from) % every == 0) {
        ticks.add(Math.pow(10, decade));
      }
      if (to - from <= DECADES_WITH_STEPS_MAX && decade < to) {
        ticks.add(2 * Math.pow(10, decade));
        ticks.add(5 * Math.pow(10, decade));
      }
    }
    return new Ruler(Math.pow(10, from), Math.pow(10, to), true, List.copyOf(ticks));
  }

  double position(double value) {
    if (!logarithmic) {
      return (value - low) / (high - low);
    }
    if (value <= low) {
      return 0;
    }
    return (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low));
  }
}
