package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.bench.mesh.Healing.Healed;
import dev.hearsay.sim.bench.mesh.Side;
import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.LinePlot;
import dev.hearsay.sim.report.LinePlot.Line;
import dev.hearsay.sim.report.LinePlot.Point;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** How fast cuts healed, on each side. */
final class HealReport {
  private final Map<String, List<Healed>> bySide;
  private final int fixedFields;

  HealReport(Map<String, List<Healed>> bySide, int fixedFields) {
    this.bySide = bySide;
    this.fixedFields = fixedFields;
  }

  /** Of those that grow in size. */
  private boolean isOfSize(Healed healed) {
    return healed.cutMillisMin() == Heal.CUT_MILLIS;
  }

  /** Of those that grow in length. */
  private boolean isOfLength(Healed healed) {
    return healed.fields() == fixedFields;
  }

  Report report() {
    return new Report(
        "heal",
        "How long nodes take to agree after a cut",
        List.of(
            "Three processes on this machine, wired through relays. One is cut off, registers are"
                + " written on both sides, each in a change of its own, and the cut heals. The time"
                + " runs until a watcher on every node has seen every register; the bytes are all"
                + " that the relays pass meanwhile, membership included. Each cut is made once.",
            "Pekko Distributed Data runs with a gossip interval of 200 ms and tells subscribers"
                + " every 50 ms, and keeps everything in memory; Hearsay has every change on disk,"
                + " with fsync, before it is shown."),
        List.of(faster()),
        List.of(
            section(
                "Cuts of growing size",
                "Each lasts 4 s, or until all is written.",
                "fields written during the cut",
                Axis.log("fields written"),
                this::isOfSize,
                Healed::fields,
                "time until all agree (ms)",
                healed -> healed.nanos() / 1e6),
            section(
                "Bytes to heal cuts of growing size",
                "",
                "fields written during the cut",
                Axis.log("fields written"),
                this::isOfSize,
                Healed::fields,
                "bytes",
                Healed::bytes),
            section(
                "Cuts of growing length",
                String.format(Locale.ROOT, "During each, %,d fields are written.", fixedFields),
                "length of the cut (s)",
                Axis.linear("length of the cut (s)"),
                this::isOfLength,
                healed -> healed.cutMillisMin() / 1e3,
                "time until all agree (ms)",
                healed -> healed.nanos() / 1e6)),
        rows());
  }

  private Check faster() {
    List<Healed> ours = bySide.getOrDefault(Side.HEARSAY.label(), List.of());
    List<Healed> theirs = bySide.getOrDefault(Side.DDATA_TUNED.label(), List.of());
    boolean faster = !ours.isEmpty() && ours.size() == theirs.size();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      faster &= ours.get(i).nanos() < theirs.get(i).nanos();
      found.add(
          String.format(
              Locale.ROOT,
              "%,d fields, %d s: %d ms, ddata %d ms",
              ours.get(i).fields(),
              ours.get(i).cutMillisMin() / 1_000,
              ours.get(i).nanos() / 1_000_000,
              theirs.get(i).nanos() / 1_000_000));
    }
    return Check.goal(
        "every cut heals faster than with Distributed Data", faster, String.join("; ", found));
  }

  private Section section(
      String title,
      String text,
      String xName,
      Axis x,
      Predicate<Healed> which,
      ToDoubleFunction<Healed> xOf,
      String unit,
      ToDoubleFunction<Healed> yOf) {
    List<Line> lines = new ArrayList<>();
    Table table = Table.of("system", xName, unit);
    for (Map.Entry<String, List<Healed>> side : bySide.entrySet()) {
      List<Point> points =
          side.getValue().stream()
              .filter(which)
              .map(healed -> new Point(xOf.applyAsDouble(healed), yOf.applyAsDouble(healed)))
              .toList();
      lines.add(new Line(side.getKey(), points));
      for (Point point : points) {
        table = table.with(side.getKey(), point.x(), point.y());
      }
    }
    return Section.of(title, text, new LinePlot(title, x, Axis.log(unit), lines), table);
  }

  private Table rows() {
    Table rows = Table.of("system", "nodes", "fields", "cutMillis", "healMillis", "bytes");
    for (Map.Entry<String, List<Healed>> side : bySide.entrySet()) {
      for (Healed healed : side.getValue()) {
        rows =
            rows.with(
                side.getKey(),
                Heal.NODES,
                healed.fields(),
                healed.cutMillisMin(),
                healed.nanos() / 1e6,
                healed.bytes());
      }
    }
    return rows;
  }
}
