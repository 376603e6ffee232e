package dev.hearsay.sim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.report.LinePlot.Line;
import dev.hearsay.sim.report.LinePlot.Point;
import dev.hearsay.sim.report.MatrixPlot.Cell;
import dev.hearsay.sim.report.MatrixPlot.Mood;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Origin;
import dev.hearsay.sim.report.Report.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A report needs nothing but itself, and shows everything that is in it. */
class ReportTest {
  private static final Table TABLE = Table.of("what", "bytes").with("a, \"b\"", 1_234L);
  private static final Plot LINES =
      new LinePlot(
          "lines <&>",
          Axis.log("nodes"),
          Axis.linear("time (s)"),
          List.of(
              new Line("ours", List.of(new Point(10, 1), new Point(1_000, 2.5))),
              new Line("floor", List.of(new Point(10, 0), new Point(1_000, 0)), true)));
  private static final Plot BARS =
      new BarPlot(
          "bars",
          "load",
          Axis.log("bytes"),
          List.of("GSet", "GMap"),
          List.of(
              new BarPlot.Bars("state", List.of(1.0, 500.0)),
              new BarPlot.Bars("delta", Arrays.asList(20.0, null))));
  private static final Plot MATRIX =
      new MatrixPlot(
          "matrix",
          List.of("LOCAL", "ALL"),
          List.of("no cut"),
          List.of(List.of(new Cell(Mood.GOOD, "1 ms", "d"), new Cell(Mood.BAD, "lost", "d"))));
  private static final Origin ORIGIN =
      new Origin("./hearsay experiment x --seed 7", 7, "2 cores", "abc", "2026-01-01T00:00:00Z");

  @TempDir private Path directory;

  private static Report report(Plot... plots) {
    return new Report(
        "x",
        "A title",
        List.of("A paragraph of <b>text</b>."),
        List.of(new Check("a promise", true, "1"), new Check("another", false, "2")),
        Arrays.stream(plots).map(plot -> Section.of("s", "", plot, TABLE)).toList(),
        TABLE);
  }

  private String page(Plot... plots) throws IOException {
    return Files.readString(ReportFolder.claim(directory).write(report(plots), ORIGIN));
  }

  @Test
  void aPageIsWellFormedAndLoadsNothing() throws IOException {
    assertEquals(List.of(), Pages.faults(page(LINES, BARS, MATRIX)));
  }

  @Test
  void allSeriesAreInTheirPlots() throws Exception {
    for (Plot plot : List.of(LINES, BARS, MATRIX)) {
      List<String> texts = Pages.plotTexts(page(plot));
      assertTrue(texts.containsAll(plot.series()), () -> texts + " lacks some of " + plot.series());
      assertTrue(texts.contains(plot.title()), texts::toString);
    }
  }

  @Test
  void aPageSaysHowItWasMadeAndWhatDidNotHold() throws IOException {
    String page = page(LINES);
    for (String said :
        List.of(ORIGIN.command(), "2 cores", "abc", "2026-01-01", "<dd>7</dd>", "DOES NOT HOLD")) {
      assertTrue(page.contains(said), said);
    }
    assertTrue(page.contains("&lt;b&gt;text"), "text is not markup");
    assertFalse(report(LINES).holds());
    assertEquals("NOT REACHED", Check.goal("a goal", false, "3").verdict());
  }

  @Test
  void rowsAreInTheCsv() throws IOException {
    page();
    assertEquals(
        "what,bytes\n\"a, \"\"b\"\"\",1234\n", Files.readString(directory.resolve("x.csv")));
    try (var files = Files.list(directory)) {
      assertEquals(2, files.count());
    }
  }

  /** The checks above find what is planted. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<img src=\"http://x.y/z.png\"/>",
        "<script>fetch('/x')</script>",
        "<p style=\"background: url(x.png)\">x</p>",
        "<p>not closed",
        "<svg><path d=\"M1 NaN\"/></svg>",
        "<section>no table</section>",
      })
  void aFaultyPageIsFound(String fault) throws IOException {
    String page = page(LINES);
    assertFalse(Pages.faults(page.replace("</body>", fault + "</body>")).isEmpty(), fault);
  }

  @Test
  void aFolderThatCannotBeWrittenToIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThrows(IOException.class, () -> ReportFolder.claim(file.resolve("folder")));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> TABLE.with("too few"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new BarPlot(
                "t",
                "g",
                Axis.linear("y"),
                List.of("one"),
                List.of(new BarPlot.Bars("b", List.of()))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MatrixPlot("t", List.of("c"), List.of("r"), List.of(List.of())));
  }
}
