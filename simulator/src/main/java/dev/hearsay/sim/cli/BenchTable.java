package dev.hearsay.sim.cli;

import dev.hearsay.sim.bench.BenchReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for people: columns as wide as what they hold, the notes below. */
final class BenchTable {

  private static final List<String> HEAD =
      List.of("work", "size", "system", "median", "p99", "unit", "rounds", "ratio", "note");
  private static final List<Boolean> TO_THE_RIGHT =
      List.of(false, false, false, true, true, false, true, true, true);
  private static final int WIDTH = 100;

  /** From which figure on nanoseconds are shown in which unit. */
  private enum Scale {
    NANOS("ns", 1),
    MICROS("µs", 1e3),
    MILLIS("ms", 1e6),
    SECONDS("s", 1e9);

    private final String unit;
    private final double nanos;

    Scale(String unit, double nanos) {
      this.unit = unit;
      this.nanos = nanos;
    }

    static Scale of(double nanos) {
      Scale fitting = NANOS;
      for (Scale scale : values()) {
        fitting = nanos >= scale.nanos ? scale : fitting;
      }
      return fitting;
    }
  }

  private final BenchReport report;

  BenchTable(BenchReport report) {
    this.report = report;
  }

  void print(PrintWriter out) {
    Map<String, Integer> notes = new LinkedHashMap<>();
    List<List<String>> lines = new ArrayList<>(List.of(HEAD));
    for (BenchReport.Row row : report.rows()) {
      int note =
          row.note().isEmpty() ? 0 : notes.computeIfAbsent(row.note(), n -> notes.size() + 1);
      lines.add(cells(row, note));
    }
    int[] widths = new int[HEAD.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    out.println(report.machine() + ", commit " + report.commit());
    lines.forEach(line -> out.println(line(line, widths)));
    notes.forEach((note, number) -> printNote(out, number, note));
    out.flush();
  }

  private static List<String> cells(BenchReport.Row row, int note) {
    boolean nanos = row.unit().equals("ns");
    Scale scale = nanos ? Scale.of(row.median()) : Scale.NANOS;
    return List.of(
        row.work(),
        row.size(),
        row.system(),
        row.rounds() == 0 ? "never" : figure(row.median() / scale.nanos),
        row.rounds() == 0 ? "never" : figure(row.p99() / scale.nanos),
        nanos ? scale.unit : row.unit(),
        Integer.toString(row.rounds()),
        ratio(row.ratioToHearsay()),
        note == 0 ? "" : "[" + note + "]");
  }

  private static String ratio(@Nullable Double ratio) {
    return ratio == null ? "-" : figure(ratio);
  }

  /** Three digits that count, or the whole number. */
  private static String figure(double figure) {
    int decimals = figure >= 100 ? 0 : figure >= 10 ? 1 : figure >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", figure);
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - cells.get(i).length());
      line.append(i == 0 ? "" : "  ")
          .append(TO_THE_RIGHT.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  private static void printNote(PrintWriter out, int number, String note) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%4s", "[" + number + "]"));
    for (String word : note.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line = new StringBuilder("    ");
      }
      line.append(' ').append(word);
    }
    out.println(line);
  }
}
