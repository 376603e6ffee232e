package dev.hearsay.sim.report;

import java.util.List;

/** A drawing in a report. */
public sealed interface Plot permits LinePlot, BarPlot, MatrixPlot {
  /** What it shows, in a line. */
  String title();

  /** The names of what is drawn, in the order of the legend; every one is in the drawing. */
  List<String> series();

  /** The drawing, as an {@code svg} element. */
  Markup svg();
}
