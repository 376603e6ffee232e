package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.sim.bench.BenchReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTableTest {

  @Test
  void figuresStandBelowEachOtherAndNotesBelowAll() {
    String note = "word ".repeat(25).strip();
    BenchReport report =
        new BenchReport(
            "2 cores",
            "abc",
            List.of(
                new BenchReport.Row("add", "1000", "hearsay", 1234.5, 2e6, "ns", 30, 1.0, note),
                new BenchReport.Row("add", "1000", "other", 12.34, 99.96, "ns", 5, 0.01, note),
                new BenchReport.Row("heap", "1000", "other", 71, 71, "B", 1, null, "")));
    StringWriter out = new StringWriter();
    new BenchTable(report).print(new PrintWriter(out));
    assertEquals(
        """
        2 cores, commit abc
        work  size  system   median    p99  unit  rounds  ratio  note
        add   1000  hearsay    1.23  2,000  µs        30   1.00   [1]
        add   1000  other      12.3  100.0  ns         5  0.010   [1]
        heap  1000  other      71.0   71.0  B          1      -
         [1] word word word word word word word word word word word word word word word word word word word
             word word word word word word
        """,
        out.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void whatDidNotComeToAnEndHasNoFigureAndNoRatio() {
    BenchReport report =
        new BenchReport(
                "2 cores",
                "abc",
                List.of(
                    new BenchReport.Row("get", "9", "hearsay", 5e6, 5e6, "ns", 1, null, ""),
                    new BenchReport.Row("get", "9", "other", 9e9, 9e9, "ns", 0, null, "")))
            .withRatios();
    StringWriter out = new StringWriter();
    new BenchTable(report).print(new PrintWriter(out));
    String last = out.toString().lines().reduce("", (before, line) -> line);
    assertEquals(
        List.of("get", "9", "other", "never", "never", "s", "0", "-"),
        List.of(last.strip().split(" +")));
  }
}
