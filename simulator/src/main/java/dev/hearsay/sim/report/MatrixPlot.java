package dev.hearsay.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of each case, as a grid of coloured cells with a word in each. */
public record MatrixPlot(
    String title, List<String> columns, List<String> rows, List<List<Cell>> cells) implements Plot {
  private static final double WIDTH = Canvas.WIDTH;
  private static final double TOP = 176;
  private static final double ROW = 30;
  private static final double COLUMN_GAP = 3;
  private static final int LABEL_DEGREES = 50;
  private static final double LABEL_COSINE = 0.65;

  /** How a case ended; named so in the legend. */
  public enum Mood {
    GOOD("works"),
    REFUSED("refused, and says so"),
    BAD("broken"),
    NONE("not applicable");

    private final String meaning;

    Mood(String meaning) {
      this.meaning = meaning;
    }
  }

  /**
   * One case.
   *
   * @param word a word or figure that fits a cell
   * @param detail shown when the cell is pointed at
   */
  public record Cell(Mood mood, String word, String detail) {}

  public MatrixPlot {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    cells = cells.stream().map(List::copyOf).toList();
    if (cells.size() != rows.size()) {
      throw new IllegalArgumentException(cells.size() + " lines of cells for the rows " + rows);
    }
    for (List<Cell> line : cells) {
      if (line.size() != columns.size()) {
        throw new IllegalArgumentException(line + " does not fit the columns " + columns);
      }
    }
  }

  @Override
  public List<String> series() {
    List<String> all = new ArrayList<>(columns);
    all.addAll(rows);
    return List.copyOf(all);
  }

  @Override
  public Markup svg() {
    double left = 12 + rows.stream().mapToDouble(Canvas::width).max().orElse(0);
    // Room for what stands out of the last column, turned.
    double columnWidth =
        (WIDTH - left - LABEL_COSINE * Canvas.width(columns.get(columns.size() - 1)))
            / (columns.size() - 0.5);
    Markup svg = new Markup();
    svg.open(
        "svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) (TOP + rows.size() * ROW + 6),
        "role",
        "img",
        "aria-label",
        title);
    svg.element("text", title, "class", "title", "x", 4, "y", 20).line();
    drawLegend(svg);
    for (int column = 0; column < columns.size(); column++) {
      svg.element(
          "text",
          columns.get(column),
          "class",
          "tick",
          "transform",
          "translate("
              + Math.round(left + (column + 0.5) * columnWidth)
              + " "
              + (int) (TOP - 8)
              + ") rotate(-"
              + LABEL_DEGREES
              + ")");
    }
    svg.line();
    for (int row = 0; row < rows.size(); row++) {
      double y = TOP + row * ROW;
      svg.element("text", rows.get(row), "class", "legend", "x", 4, "y", y + ROW / 2 + 4);
      for (int column = 0; column < columns.size(); column++) {
        draw(
            svg,
            cells.get(row).get(column),
            rows.get(row) + ", " + columns.get(column),
            left + column * columnWidth,
            y,
            columnWidth - COLUMN_GAP);
      }
      svg.line();
    }
    return svg.close();
  }

  private static void draw(Markup svg, Cell cell, String name, double x, double y, double width) {
    svg.open("g", "class", "cell " + cell.mood().name().toLowerCase(Locale.ROOT));
    svg.element("title", name + ": " + cell.detail());
    svg.empty("rect", "x", x, "y", y, "width", width, "height", ROW - COLUMN_GAP, "rx", 3);
    svg.element(
        "text",
        cell.word(),
        "text-anchor",
        "middle",
        "x",
        x + width / 2,
        "y",
        y + (ROW - COLUMN_GAP) / 2 + 4);
    svg.close();
  }

  private void drawLegend(Markup svg) {
    double x = 4;
    for (Mood mood : Mood.values()) {
      boolean used = cells.stream().flatMap(List::stream).anyMatch(cell -> cell.mood() == mood);
      if (used) {
        svg.open("g", "class", "cell " + mood.name().toLowerCase(Locale.ROOT));
        svg.empty("rect", "x", x, "y", 34, "width", 14, "height", 14, "rx", 3);
        svg.close();
        svg.element("text", mood.meaning, "class", "legend", "x", x + 20, "y", 45);
        x += 20 + Canvas.width(mood.meaning) + 20;
      }
    }
    svg.line();
  }
}
