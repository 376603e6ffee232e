package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.BarPlot;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** How far the virtual world is from the real one. */
final class CalibrateReport {
  /** Virtual over real may be between this and its inverse. */
  private static final double APART_MAX = 2;

  private final List<Reading> real;
  private final List<Reading> virtual;

  CalibrateReport(List<Reading> real, List<Reading> virtual) {
    this.real = List.copyOf(real);
    this.virtual = List.copyOf(virtual);
  }

  Report report() {
    return new Report(
        "calibrate",
        "How far the virtual world is from the real one",
        List.of(
            "The same schedule twice: on three real nodes with journals and sockets, in this"
                + " process, and on three virtual ones with a network of 0.15 ms and a bit, and"
                + " disks that take about 0.5 ms for a forced write. One node writes a change every"
                + " 20 ms; then one node is cut off, both sides write, and the cut heals; then"
                + " nobody writes.",
            "Both run the same core. What differs is what the virtual world knows nothing of: how"
                + " long this machine takes to compute, its disk, TCP, and who gets the processor"
                + " when."),
        List.of(
            apart("messages", Reading::allMessages),
            apart("bytes", Reading::allBytes),
            apart("time to agree after the heal", Reading::millis)),
        List.of(
            time(),
            section("Messages", "messages", Reading::allMessages),
            section("Bytes", "bytes", Reading::allBytes),
            kinds()),
        rows());
  }

  private Check apart(String what, ToDoubleFunction<Reading> of) {
    boolean near = true;
    List<String> found = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      boolean isTime = what.startsWith("time");
      if (isTime && real.get(i).phase() != Reading.Phase.HEAL) {
        continue;
      }
      double ratio = of.applyAsDouble(virtual.get(i)) / of.applyAsDouble(real.get(i));
      near &= ratio <= APART_MAX && ratio >= 1 / APART_MAX;
      found.add(String.format(Locale.ROOT, "%s: %.2f", real.get(i).phase().title(), ratio));
    }
    return Check.goal(
        what + ": the virtual world is within a factor of 2 of the real one",
        near,
        "virtual / real: " + String.join("; ", found));
  }

  private Section section(String title, String unit, ToDoubleFunction<Reading> of) {
    Table table = Table.of("phase", "real", "virtual", "virtual / real");
    for (int i = 0; i < real.size(); i++) {
      double there = of.applyAsDouble(real.get(i));
      double here = of.applyAsDouble(virtual.get(i));
      table = table.with(real.get(i).phase().title(), there, here, here / there);
    }
    return Section.of(
        title,
        "",
        new BarPlot(
            title,
            "phase",
            Axis.log(unit),
            real.stream().map(reading -> reading.phase().title()).toList(),
            List.of(
                new BarPlot.Bars("real", heights(real, of)),
                new BarPlot.Bars("virtual", heights(virtual, of)))),
        table);
  }

  private Section time() {
    Table table = Table.of("world", "milliseconds");
    List<BarPlot.Bars> bars = new ArrayList<>();
    for (List<Reading> world : List.of(real, virtual)) {
      String name = world.equals(real) ? "real" : "virtual";
      double millis =
          world.stream()
              .filter(reading -> reading.phase() == Reading.Phase.HEAL)
              .mapToDouble(Reading::millis)
              .sum();
      table = table.with(name, millis);
      bars.add(new BarPlot.Bars(name, List.of(millis)));
    }
    return Section.of(
        "Time until all agree",
        "From the heal until every node shows the same. Real nodes first have to open connections"
            + " again, and share two processors.",
        new BarPlot(
            "Time until all agree",
            "phase",
            Axis.linear("milliseconds"),
            List.of(Reading.Phase.HEAL.title()),
            bars),
        table);
  }

  private static List<Double> heights(List<Reading> readings, ToDoubleFunction<Reading> of) {
    return readings.stream().map(of::applyAsDouble).toList();
  }

  private Section kinds() {
    Table table =
        Table.of("phase", "kind", "messages real", "virtual", "bytes real", "virtual bytes");
    for (int i = 0; i < real.size(); i++) {
      TreeSet<String> kinds = new TreeSet<>(real.get(i).messages().keySet());
      kinds.addAll(virtual.get(i).messages().keySet());
      for (String kind : kinds) {
        table =
            table.with(
                real.get(i).phase().title(),
                kind,
                real.get(i).messages().getOrDefault(kind, 0L),
                virtual.get(i).messages().getOrDefault(kind, 0L),
                real.get(i).bytes().getOrDefault(kind, 0L),
                virtual.get(i).bytes().getOrDefault(kind, 0L));
      }
    }
    return Section.of("By kind of message", "", table);
  }

  private Table rows() {
    Table rows = Table.of("phase", "world", "millis", "messages", "bytes");
    for (int i = 0; i < real.size(); i++) {
      for (Reading reading : List.of(real.get(i), virtual.get(i))) {
        rows =
            rows.with(
                reading.phase().name().toLowerCase(Locale.ROOT),
                reading.equals(real.get(i)) ? "real" : "virtual",
                reading.millis(),
                reading.allMessages(),
                reading.allBytes());
      }
    }
    return rows;
  }
}
