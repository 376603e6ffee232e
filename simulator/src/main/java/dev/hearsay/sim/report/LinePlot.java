package dev.hearsay.sim.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lines through points, each with a mark of its own. */
public record LinePlot(String title, Axis x, Axis y, List<Line> lines) implements Plot {
  private static final double HEIGHT = 300;

  /** A place in the plot. */
  public record Point(double x, double y) {}

  /**
   * One line.
   *
   * @param points in the order in which they are joined
   * @param dashed for what is not measured: a floor, a model, what was published
   */
  public record Line(String name, List<Point> points, boolean dashed) {
    public Line {
      points = List.copyOf(points);
    }

    public Line(String name, List<Point> points) {
      this(name, points, false);
    }
  }

  public LinePlot {
    lines = List.copyOf(lines);
  }

  @Override
  public List<String> series() {
    return lines.stream().map(Line::name).toList();
  }

  @Override
  public Markup svg() {
    Canvas canvas = new Canvas(title, lines.stream().map(LinePlot::key).toList(), HEIGHT);
    Ruler across = Ruler.atValues(x, points().map(Point::x).toList());
    Ruler up = Ruler.of(y, points().map(Point::y).toList());
    canvas.drawY(y, up);
    canvas.drawX(x, across);
    for (int i = 0; i < lines.size(); i++) {
      draw(canvas, across, up, lines.get(i), i);
    }
    return canvas.end();
  }

  private static Canvas.Key key(Line line) {
    return new Canvas.Key(line.name(), line.dashed() ? Canvas.Look.DASHED : Canvas.Look.LINE);
  }

  private Stream<Point> points() {
    return lines.stream().flatMap(line -> line.points().stream());
  }

  private void draw(Canvas canvas, Ruler across, Ruler up, Line line, int number) {
    canvas.svg.open("g", "class", "series s" + number + (line.dashed() ? " dashed" : ""));
    canvas.svg.element("title", line.name());
    StringBuilder path = new StringBuilder();
    for (Point point : line.points()) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(
              String.format(
                  Locale.ROOT, "%.1f %.1f", canvas.x(across, point.x()), canvas.y(up, point.y())));
    }
    if (!path.isEmpty()) {
      canvas.svg.empty("path", "class", "line", "d", path);
    }
    for (Point point : line.points()) {
      canvas.svg.open("g");
      canvas.svg.element(
          "title", line.name() + ": " + Figures.cell(point.x()) + ", " + Figures.cell(point.y()));
      canvas.mark(number, canvas.x(across, point.x()), canvas.y(up, point.y()));
      canvas.svg.close();
    }
    canvas.svg.close().line();
  }
}
