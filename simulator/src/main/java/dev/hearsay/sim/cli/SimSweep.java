package dev.hearsay.sim.cli;

import dev.hearsay.sim.report.Interval;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.SimSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** One parameter at each of its values: a row for every run, and intervals over the seeds. */
final class SimSweep {
  private static final double MEBI = 1 << 20;

  /** A value of the parameter. */
  record Value(String knob, double value) {}

  /** What is run with a value. */
  record Step(double value, List<SimSettings> settings) {}

  private record Row(double value, String workload, RunResult result) {}

  private final String knob;
  private final List<Step> steps;
  private final List<Row> rows = new ArrayList<>();

  private SimSweep(String knob, List<Step> steps) {
    this.knob = knob;
    this.steps = steps;
  }

  /**
   * Nothing has been run yet.
   *
   * @param settings those of a value
   */
  static SimSweep of(SimOptions.Sweep sweep, Function<Value, List<SimSettings>> settings) {
    List<Step> steps = new ArrayList<>();
    for (double value : sweep.values()) {
      steps.add(new Step(value, settings.apply(new Value(sweep.knob(), value))));
    }
    return new SimSweep(sweep.knob(), List.copyOf(steps));
  }

  List<Step> steps() {
    return steps;
  }

  /** What {@link #add} returns, column by column. */
  String header() {
    return String.format(
        Locale.ROOT,
        "%12s  %8s  %12s  %19s  %9s  %9s  %8s  %7s",
        knob,
        "seed",
        "workload",
        "seconds until equal",
        "MiB sent",
        "messages",
        "changes",
        "faults");
  }

  /** Takes what came of a run of that workload; its row. */
  String add(double value, String workload, RunResult result) {
    rows.add(new Row(value, workload, result));
    return String.format(
        Locale.ROOT,
        "%12s  %8d  %12s  %19s  %9.2f  %9d  %8d  %7d%s",
        value,
        result.seed(),
        workload,
        result.healNanos() < 0
            ? "never"
            : String.format(Locale.ROOT, "%.3f", result.healNanos() / 1e9),
        result.bytes() / MEBI,
        result.messages(),
        result.changes(),
        result.faults(),
        result.failed() ? "  failed" : "");
  }

  /** The rows, as JSON has them. */
  List<Map<String, Object>> rows() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Row row : rows) {
      RunResult result = row.result();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put(knob, row.value());
      one.put("seed", result.seed());
      one.put("workload", row.workload());
      one.put("healSeconds", result.healNanos() < 0 ? null : result.healNanos() / 1e9);
      one.put("messages", result.messages());
      one.put("bytes", result.bytes());
      one.put("changes", result.changes());
      one.put("faults", result.faults());
      one.put("failed", result.failed());
      all.add(one);
    }
    return all;
  }

  /** The intervals, as JSON has them. */
  List<Map<String, Object>> intervals() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Step step : steps) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put(knob, step.value());
      one.put("healSeconds", json(healSeconds(step.value())));
      one.put("never", never(step.value()));
      one.put("bytes", json(bytes(step.value())));
      all.add(one);
    }
    return all;
  }

  /** The intervals, as people read them. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%12s  %26s  %7s  %26s",
            knob,
            "seconds until equal",
            "never",
            "MiB sent"));
    for (Step step : steps) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%12s  %26s  %7d  %26s",
              step.value(),
              text(healSeconds(step.value()), 1, 3),
              never(step.value()),
              text(bytes(step.value()), MEBI, 2)));
    }
    boolean isAnyLeftOut = rows.stream().anyMatch(SimSweep::isNever);
    lines.add(
        String.format(
            Locale.ROOT,
            "%12s  means, with 95 %% intervals%s",
            "",
            isAnyLeftOut ? "; runs that were never equal are not in those of seconds" : ""));
    return lines;
  }

  private static String text(Interval of, double unit, int digits) {
    return of.count() == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%." + digits + "f (%." + digits + "f to %." + digits + "f)",
            of.mean() / unit,
            of.low() / unit,
            of.high() / unit);
  }

  /** Of nothing there is no mean. */
  private static Map<String, Object> json(Interval of) {
    boolean isAny = of.count() > 0;
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("count", of.count());
    one.put("mean", isAny ? of.mean() : null);
    one.put("low", isAny ? of.low() : null);
    one.put("high", isAny ? of.high() : null);
    return one;
  }

  private static boolean isNever(Row row) {
    return row.result().healNanos() < 0;
  }

  /** How many runs were never equal. */
  private long never(double value) {
    return rows.stream().filter(row -> row.value() == value && isNever(row)).count();
  }

  private Interval healSeconds(double value) {
    return Interval.of(
        rows.stream()
            .filter(row -> row.value() == value && !isNever(row))
            .mapToDouble(row -> row.result().healNanos() / 1e9)
            .toArray());
  }

  private Interval bytes(double value) {
    return Interval.of(
        rows.stream()
            .filter(row -> row.value() == value)
            .mapToDouble(row -> row.result().bytes())
            .toArray());
  }
}
