package dev.hearsay.sim.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a benchmark measured, and where. Every benchmark prints this form. */
public record BenchReport(String machine, String commit, List<Row> rows) {

  /** The name of the system that all others are set against. */
  public static final String HEARSAY = "hearsay";

  public BenchReport {
    rows = List.copyOf(rows);
  }

  /**
   * One line of results.
   *
   * @param work what was done
   * @param size to how much
   * @param system by which system
   * @param p99 the 99th percentile of the rounds; with fewer than a hundred, the worst
   * @param rounds how many came to an end; 0 if none did, and then the median is when it was given
   *     up, or what it cost until then
   * @param ratioToHearsay this median over Hearsay's on the same work and size in the same run; 1
   *     for Hearsay, null where Hearsay was not measured or this did not come to an end
   */
  public record Row(
      String work,
      String size,
      String system,
      double median,
      double p99,
      String unit,
      int rounds,
      @Nullable Double ratioToHearsay,
      String note) {

    private Row withRatio(@Nullable Double ratio) {
      return new Row(work, size, system, median, p99, unit, rounds, ratio, note);
    }
  }

  private record Comparison(String work, String size, String unit) {}

  /** The same rows, set against Hearsay's. */
  public BenchReport withRatios() {
    Map<Comparison, Double> ours = new HashMap<>();
    for (Row row : rows) {
      if (row.system().equals(HEARSAY)) {
        ours.put(comparison(row), row.median());
      }
    }
    return new BenchReport(
        machine,
        commit,
        rows.stream().map(row -> row.withRatio(ratio(row, ours.get(comparison(row))))).toList());
  }

  private static Comparison comparison(Row row) {
    return new Comparison(row.work(), row.size(), row.unit());
  }

  private static @Nullable Double ratio(Row row, @Nullable Double ours) {
    if (row.system().equals(HEARSAY)) {
      return 1.0;
    }
    return ours == null || ours == 0 || row.rounds() == 0 ? null : (Double) (row.median() / ours);
  }
}
