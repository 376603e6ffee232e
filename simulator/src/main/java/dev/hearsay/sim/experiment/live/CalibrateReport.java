package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.experiment.live.Reading.Sent;
import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.BarPlot;
import dev.hearsay.sim.report.Interval;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import dev.hearsay.sim.world.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How far the virtual world is from the real one. */
final class CalibrateReport {
  /** Real over virtual may be between this and its inverse. */
  private static final double APART_MAX = 2;

  /** What a figure is of; those of one kind are drawn together. */
  private enum Unit {
    MILLIS("time until all agree", "milliseconds"),
    MESSAGES("messages", "messages"),
    BYTES("bytes", "bytes");

    private final String title;
    private final String axis;

    Unit(String title, String axis) {
      this.title = title;
      this.axis = axis;
    }
  }

  /** Something that both worlds have. */
  private record Figure(Unit unit, String title, ToDoubleFunction<Reading> of) {}

  private static final String LOAD = "a change, under faults";
  private static final String HEAL = "after the last fault";
  private static final String REST = "a second of rest";

  private static final List<Figure> FIGURES =
      List.of(
          new Figure(Unit.MILLIS, HEAL, Reading::agreeMillis),
          new Figure(
              Unit.MESSAGES,
              LOAD,
              run -> Reading.sum(run.load()).messages() / (double) run.changes()),
          new Figure(Unit.MESSAGES, HEAL, run -> Reading.sum(run.heal()).messages()),
          new Figure(
              Unit.MESSAGES, REST, run -> Reading.sum(run.rest()).messages() / run.restSeconds()),
          new Figure(
              Unit.BYTES, LOAD, run -> Reading.sum(run.load()).bytes() / (double) run.changes()),
          new Figure(Unit.BYTES, HEAL, run -> Reading.sum(run.heal()).bytes()),
          new Figure(Unit.BYTES, REST, run -> Reading.sum(run.rest()).bytes() / run.restSeconds()));

  private final Schedule schedule;
  private final List<Reading> readings;
  private final List<Reading> real;
  private final List<Reading> virtual;

  /** Of runs of that schedule, with the same seeds in the same order in both worlds. */
  CalibrateReport(Schedule schedule, List<Reading> readings) {
    this.schedule = schedule;
    this.readings = List.copyOf(readings);
    this.real = of(Reading.World.REAL);
    this.virtual = of(Reading.World.VIRTUAL);
  }

  private List<Reading> of(Reading.World world) {
    return readings.stream().filter(reading -> reading.world() == world).toList();
  }

  Report report() {
    List<Check> checks = new ArrayList<>();
    List<Section> sections = new ArrayList<>();
    sections.add(schedule());
    for (Unit unit : Unit.values()) {
      checks.add(apart(unit));
      sections.add(section(unit));
    }
    sections.add(kinds());
    return new Report(
        "calibrate",
        "How far the virtual world is from the real one",
        List.of(
            "The same schedule of faults, under the workload "
                + Calibrate.WORKLOAD
                + ", on "
                + Calibrate.NODES
                + " nodes in processes of their own, with journals on this machine's disk and"
                + " relays between them, and on as many virtual ones, with a network of 0.15 ms and"
                + " a bit and disks that take about 0.5 ms for a forced write. The checkers of both"
                + " worlds looked on and found nothing.",
            "Both run the same core. What differs is what the virtual world knows nothing of: how"
                + " long this machine takes to compute, its disk, TCP, and who gets the processor"
                + " when. Messages and bytes are those of the nodes' own protocol, as the nodes"
                + " count them."),
        checks,
        sections,
        rows());
  }

  /** Whether it was to be measured: in a quick run nobody rests. */
  private boolean isAsked(Figure figure) {
    return !figure.title.equals(REST)
        || readings.stream().anyMatch(reading -> reading.restSeconds() > 0);
  }

  /** In how many runs there is nothing to compare. */
  private long missing(Figure figure) {
    return readings.stream()
        .mapToDouble(figure.of)
        .filter(value -> !(Double.isFinite(value) && value > 0))
        .count();
  }

  private String notMeasured(Figure figure) {
    return "not measured in " + missing(figure) + " of " + readings.size() + " runs";
  }

  private List<Figure> asked(Unit unit) {
    return FIGURES.stream().filter(figure -> figure.unit() == unit && isAsked(figure)).toList();
  }

  private List<Figure> measured(Unit unit) {
    return asked(unit).stream().filter(figure -> missing(figure) == 0).toList();
  }

  private static Interval interval(Figure figure, List<Reading> runs) {
    return Interval.of(runs.stream().mapToDouble(figure.of).toArray());
  }

  /**
   * Of each seed, real over virtual; the geometric mean, so that the inverse is what it should be.
   */
  private Interval ratio(Figure figure) {
    double[] logs = new double[real.size()];
    for (int i = 0; i < logs.length; i++) {
      logs[i] =
          Math.log(figure.of.applyAsDouble(real.get(i)))
              - Math.log(figure.of.applyAsDouble(virtual.get(i)));
    }
    Interval log = Interval.of(logs);
    return new Interval(
        log.count(), Math.exp(log.mean()), Math.exp(log.low()), Math.exp(log.high()));
  }

  private Check apart(Unit unit) {
    boolean near = true;
    List<String> found = new ArrayList<>();
    for (Figure figure : asked(unit)) {
      if (missing(figure) > 0) {
        near = false;
        found.add(figure.title + ": " + notMeasured(figure));
        continue;
      }
      Interval ratio = ratio(figure);
      near &= ratio.mean() <= APART_MAX && ratio.mean() >= 1 / APART_MAX;
      found.add(figure.title + ": " + text(ratio, 2));
    }
    return Check.goal(
        unit.title + ": the virtual world is within a factor of 2 of the real one",
        near,
        "real / virtual: " + String.join("; ", found));
  }

  private static String text(Interval of, int digits) {
    String number = "%." + digits + "f";
    return of.count() < 2
        ? String.format(Locale.ROOT, number, of.mean())
        : String.format(
            Locale.ROOT,
            number + " (" + number + " to " + number + ")",
            of.mean(),
            of.low(),
            of.high());
  }

  private Section schedule() {
    Table table = Table.of("fault");
    for (String line : schedule.lines()) {
      table = table.with(line);
    }
    return Section.of("Schedule", "In the form that --schedule reads.", table);
  }

  private Section section(Unit unit) {
    List<Figure> figures = measured(unit);
    int digits = unit == Unit.BYTES ? 0 : 1;
    Table table = Table.of("figure", "real", "virtual", "real / virtual");
    for (Figure figure : asked(unit)) {
      boolean isMeasured = missing(figure) == 0;
      table =
          isMeasured
              ? table.with(
                  figure.title,
                  text(interval(figure, real), digits),
                  text(interval(figure, virtual), digits),
                  text(ratio(figure), 2))
              : table.with(figure.title, "", "", notMeasured(figure));
    }
    String title = unit.title.substring(0, 1).toUpperCase(Locale.ROOT) + unit.title.substring(1);
    return Section.of(
        title,
        "Means of " + real.size() + " seeds, with 95 % intervals.",
        new BarPlot(
            title,
            "",
            unit == Unit.MILLIS ? Axis.linear(unit.axis) : Axis.log(unit.axis),
            figures.stream().map(figure -> figure.title).toList(),
            List.of(
                new BarPlot.Bars("real", means(figures, real)),
                new BarPlot.Bars("virtual", means(figures, virtual)))),
        table);
  }

  private static List<Double> means(List<Figure> figures, List<Reading> runs) {
    return figures.stream().map(figure -> interval(figure, runs).mean()).toList();
  }

  private Section kinds() {
    Table table =
        Table.of("phase", "kind", "messages real", "virtual", "bytes real", "virtual bytes");
    table = kinds(table, LOAD, Reading::load);
    table = kinds(table, HEAL, Reading::heal);
    table = kinds(table, REST, Reading::rest);
    return Section.of("By kind of message", "Of all seeds together.", table);
  }

  private Table kinds(Table table, String phase, Function<Reading, SortedMap<String, Sent>> sent) {
    SortedMap<String, Sent> here = sum(real, sent);
    SortedMap<String, Sent> there = sum(virtual, sent);
    TreeSet<String> kinds = new TreeSet<>(here.keySet());
    kinds.addAll(there.keySet());
    Table more = table;
    for (String kind : kinds) {
      Sent one = here.getOrDefault(kind, Sent.NOTHING);
      Sent two = there.getOrDefault(kind, Sent.NOTHING);
      more = more.with(phase, kind, one.messages(), two.messages(), one.bytes(), two.bytes());
    }
    return more;
  }

  private static SortedMap<String, Sent> sum(
      List<Reading> runs, Function<Reading, SortedMap<String, Sent>> sent) {
    SortedMap<String, Sent> sum = new TreeMap<>();
    runs.forEach(
        run -> sent.apply(run).forEach((kind, count) -> sum.merge(kind, count, Sent::plus)));
    return sum;
  }

  private Table rows() {
    Table rows =
        Table.of(
            "seed",
            "world",
            "changes",
            "agreeMillis",
            "loadMessages",
            "loadBytes",
            "healMessages",
            "healBytes",
            "restSeconds",
            "restMessages",
            "restBytes",
            "relayedBytes");
    for (Reading run : readings) {
      boolean rested = run.restSeconds() > 0;
      Sent load = Reading.sum(run.load());
      Sent heal = Reading.sum(run.heal());
      Sent rest = Reading.sum(run.rest());
      rows =
          rows.with(
              run.seed(),
              run.world().name().toLowerCase(Locale.ROOT),
              run.changes(),
              run.agreeMillis(),
              load.messages(),
              load.bytes(),
              heal.messages(),
              heal.bytes(),
              rested ? run.restSeconds() : "",
              rested ? rest.messages() : "",
              rested ? rest.bytes() : "",
              run.world() == Reading.World.REAL ? run.relayedBytes() : "");
    }
    return rows;
  }
}
