package dev.hearsay.sim.bench;

import java.util.List;

/** What a benchmark measured, and where. */
public record BenchReport(String machine, String commit, List<Row> rows) {

  public BenchReport {
    rows = List.copyOf(rows);
  }

  /**
   * One line of results.
   *
   * @param work what was done
   * @param size to how much
   * @param system by which system
   * @param ratioToHearsay this median over Hearsay's, in the same run
   */
  public record Row(
      String work,
      String size,
      String system,
      double median,
      double p99,
      String unit,
      int rounds,
      double ratioToHearsay,
      String note) {}
}
