package dev.hearsay.sim.report;

import java.util.List;
import java.util.Locale;

/**
 * The frame of a plot: title, axes, grid and legend. Fonts are named by family alone, and widths of
 * texts are estimated, so that a plot needs no fonts where it is made and is the same everywhere.
 */
final class Canvas {
  static final double WIDTH = 760;
  private static final double TITLE_BASELINE = 20;
  private static final double LEGEND_TOP = 30;
  private static final double LEGEND_ROW = 20;
  private static final double LEGEND_SWATCH = 26;
  private static final double AXIS_HEIGHT = 50;
  private static final double LEFT = 72;
  private static final double RIGHT = 16;

  /** Of a sans-serif font, on average, with room to spare. */
  private static final double EM = 0.58;

  private static final double FONT = 12;

  /** Colours and marks are told apart up to this many. */
  static final int SERIES_MAX = 8;

  /** How a series looks in the legend. */
  enum Look {
    BOX(""),
    LINE(""),
    DASHED(" dashed");

    private final String style;

    Look(String style) {
      this.style = style;
    }
  }

  /** An entry of the legend. */
  record Key(String name, Look look) {}

  final Markup svg = new Markup();
  final double left = LEFT;
  final double right = WIDTH - RIGHT;
  final double top;
  final double bottom;

  Canvas(String title, List<Key> legend, double plotHeight) {
    if (legend.size() > SERIES_MAX) {
      throw new IllegalArgumentException("more than " + SERIES_MAX + " series: " + legend);
    }
    top = legendBottom(legend) + 12;
    bottom = top + plotHeight;
    svg.open(
        "svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) (bottom + AXIS_HEIGHT),
        "role",
        "img",
        "aria-label",
        title);
    svg.element("text", title, "class", "title", "x", 4, "y", TITLE_BASELINE).line();
    drawLegend(legend);
  }

  static double width(String text) {
    return text.length() * EM * FONT;
  }

  private static double entryWidth(String name) {
    return LEGEND_SWATCH + 6 + width(name) + 18;
  }

  private static double legendBottom(List<Key> legend) {
    double x = 4;
    double y = legend.isEmpty() ? LEGEND_TOP - LEGEND_ROW : LEGEND_TOP;
    for (Key key : legend) {
      String name = key.name();
      if (x > 4 && x + entryWidth(name) > WIDTH) {
        x = 4;
        y += LEGEND_ROW;
      }
      x += entryWidth(name);
    }
    return y + LEGEND_ROW;
  }

  private void drawLegend(List<Key> legend) {
    double x = 4;
    double y = LEGEND_TOP;
    for (int i = 0; i < legend.size(); i++) {
      Key key = legend.get(i);
      String name = key.name();
      if (x > 4 && x + entryWidth(name) > WIDTH) {
        x = 4;
        y += LEGEND_ROW;
      }
      double middle = y + LEGEND_ROW / 2;
      svg.open("g", "class", "series s" + i + key.look().style);
      if (key.look() != Look.BOX) {
        svg.empty("path", "class", "line", "d", path(x, middle, x + LEGEND_SWATCH, middle));
        mark(i, x + LEGEND_SWATCH / 2, middle);
      } else {
        svg.empty("rect", "class", "fill", "x", x + 8, "y", middle - 6, "width", 12, "height", 12);
      }
      svg.close();
      svg.element("text", name, "class", "legend", "x", x + LEGEND_SWATCH + 6, "y", middle + 4);
      x += entryWidth(name);
    }
    svg.line();
  }

  static String path(double fromX, double fromY, double toX, double toY) {
    return String.format(Locale.ROOT, "M%.1f %.1fL%.1f %.1f", fromX, fromY, toX, toY);
  }

  /** The mark of a series at a point; shapes differ, so that colours need not be told apart. */
  void mark(int series, double x, double y) {
    String shape =
        switch (series % 4) {
          case 0 -> "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z";
          case 1 -> "m-3.5 -3.5h7v7h-7z";
          case 2 -> "m0 -5l4.6 8h-9.2z";
          default -> "m0 -5l5 5l-5 5l-5 -5z";
        };
    svg.empty("path", "class", "mark", "d", String.format(Locale.ROOT, "M%.1f %.1f", x, y) + shape);
  }

  double x(Ruler ruler, double value) {
    return left + ruler.position(value) * (right - left);
  }

  double y(Ruler ruler, double value) {
    return bottom - ruler.position(value) * (bottom - top);
  }

  /** Grid, marks and label of the upright axis. */
  void drawY(Axis axis, Ruler ruler) {
    for (double tick : ruler.ticks()) {
      double y = y(ruler, tick);
      svg.empty("path", "class", "grid", "d", path(left, y, right, y));
      svg.element(
          "text",
          Figures.tick(tick),
          "class",
          "tick",
          "text-anchor",
          "end",
          "x",
          left - 8,
          "y",
          y + 4);
    }
    double middle = (top + bottom) / 2;
    svg.element(
        "text",
        axis.label(),
        "class",
        "axis",
        "text-anchor",
        "middle",
        "transform",
        "translate(14 " + (int) middle + ") rotate(-90)");
    svg.line();
  }

  /** Grid, marks and label of the level axis. */
  void drawX(Axis axis, Ruler ruler) {
    for (double tick : ruler.ticks()) {
      double x = x(ruler, tick);
      svg.empty("path", "class", "grid", "d", path(x, top, x, bottom + 4));
      xText(Figures.tick(tick), x);
    }
    xLabel(axis.label());
  }

  /** What stands under a place on the level axis. */
  void xText(String text, double x) {
    svg.element("text", text, "class", "tick", "text-anchor", "middle", "x", x, "y", bottom + 18);
  }

  void xLabel(String label) {
    svg.element(
            "text",
            label,
            "class",
            "axis",
            "text-anchor",
            "middle",
            "x",
            (left + right) / 2,
            "y",
            bottom + 40)
        .line();
  }

  Markup end() {
    svg.empty("path", "class", "frame", "d", path(left, bottom, right, bottom));
    return svg.close();
  }
}
