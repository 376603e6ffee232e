package dev.hearsay.sim.report;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Bars side by side, in groups. */
public record BarPlot(String title, String groupLabel, Axis y, List<String> groups, List<Bars> bars)
    implements Plot {
  private static final double HEIGHT = 300;
  private static final double GROUP_SHARE = 0.82;

  /**
   * One bar in each group.
   *
   * @param heights in the order of the groups; null where nothing was measured
   */
  public record Bars(String name, List<@Nullable Double> heights) {}

  public BarPlot {
    groups = List.copyOf(groups);
    bars = List.copyOf(bars);
    for (Bars each : bars) {
      if (each.heights().size() != groups.size()) {
        throw new IllegalArgumentException(each + " does not fit the groups " + groups);
      }
    }
  }

  @Override
  public List<String> series() {
    return bars.stream().map(Bars::name).toList();
  }

  @Override
  public Markup svg() {
    Canvas canvas =
        new Canvas(
            title,
            series().stream().map(name -> new Canvas.Key(name, Canvas.Look.BOX)).toList(),
            HEIGHT);
    List<Double> heights =
        bars.stream().flatMap(each -> each.heights().stream()).filter(Objects::nonNull).toList();
    Ruler up = Ruler.of(y, heights).forBars();
    canvas.drawY(y, up);
    double groupWidth = (canvas.right - canvas.left) / groups.size();
    double barWidth = Math.min(40, groupWidth * GROUP_SHARE / bars.size());
    for (int group = 0; group < groups.size(); group++) {
      double middle = canvas.left + (group + 0.5) * groupWidth;
      canvas.xText(groups.get(group), middle);
      for (int bar = 0; bar < bars.size(); bar++) {
        Double height = bars.get(bar).heights().get(group);
        if (height != null) {
          double x = middle + (bar - bars.size() / 2.0) * barWidth;
          draw(canvas, up, group, bar, height, x, barWidth);
        }
      }
    }
    canvas.xLabel(groupLabel);
    return canvas.end();
  }

  private void draw(
      Canvas canvas, Ruler up, int group, int bar, double height, double x, double width) {
    double y = canvas.y(up, height);
    canvas.svg.open("g", "class", "series s" + bar);
    canvas.svg.element(
        "title", bars.get(bar).name() + ", " + groups.get(group) + ": " + Figures.cell(height));
    canvas.svg.empty(
        "rect",
        "class",
        "fill",
        "x",
        x + 0.5,
        "y",
        y,
        "width",
        Math.max(1, width - 1),
        "height",
        Math.max(1, canvas.bottom - y));
    canvas.svg.close().line();
  }
}
