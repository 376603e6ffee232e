package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.experiment.live.Partition.Side;
import dev.hearsay.sim.experiment.live.Trial.Guarantee;
import dev.hearsay.sim.report.MatrixPlot;
import dev.hearsay.sim.report.MatrixPlot.Cell;
import dev.hearsay.sim.report.MatrixPlot.Mood;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What held, from where, during what. */
final class PartitionReport {
  /** A partition from one of its positions. */
  private record Place(Partition partition, Side side) {
    String title() {
      return partition.title() + ": " + side.title();
    }
  }

  private final List<Trial> trials;
  private final int attempts;
  private final List<Place> places;

  PartitionReport(List<Trial> trials, int attempts) {
    this.trials = List.copyOf(trials);
    this.attempts = attempts;
    places =
        trials.stream()
            .map(trial -> new Place(trial.partition(), trial.side()))
            .distinct()
            .toList();
  }

  Report report() {
    return new Report(
        "partition-map",
        "Which guarantees hold during which partition",
        List.of(
            "Five real nodes on loopback, in one process, with relays between them that cut single"
                + " directions. All five are voters. During each partition every operation is tried"
                + " "
                + (attempts == 1 ? "once" : attempts + " times")
                + " from each position, with a patience of 10 s where it has to work, of 1.2 s"
                + " where it cannot, and of 3 s where a node comes and goes or stands between; then"
                + " the cut heals.",
            "Green did what was asked; the figure is the slowest time in milliseconds. Yellow was"
                + " refused, or ended with the word that it cannot be known whether it took effect:"
                + " such a write stays in the journal and spreads. Red would be an answer that is"
                + " wrong: a quorum read that misses a quorum write, a read that goes back, a write"
                + " that is gone after the heal."),
        checks(),
        List.of(map()),
        rows());
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    check(
        checks,
        "nothing is answered wrongly: quorum reads see quorum writes, reads never go back",
        trials.stream(),
        true);
    check(
        checks,
        "LOCAL reads and writes work everywhere",
        of(Guarantee.WRITE_LOCAL, Guarantee.READ_LOCAL),
        false);
    check(
        checks,
        "QUORUM works exactly where a majority is in reach both ways",
        of(Guarantee.WRITE_QUORUM, Guarantee.READ_QUORUM),
        false);
    check(
        checks,
        "ALL works exactly where everybody is in reach both ways",
        of(Guarantee.WRITE_ALL, Guarantee.READ_ALL),
        false);
    check(checks, "a frontier hands over to a node within reach", of(Guarantee.HAND_OVER), false);
    check(
        checks,
        "after the heal all nodes hold all that was written on any side",
        of(Guarantee.HEAL),
        false);
    Check bridged =
        judged(
            "between two pairs and a bridge, too, whoever is in reach is enough",
            trials.stream().filter(trial -> trial.partition().hasBridge()),
            false);
    checks.add(Check.goal(bridged.promise(), bridged.held(), bridged.found()));
    return checks;
  }

  private Stream<Trial> of(Guarantee... guarantees) {
    return trials.stream()
        .filter(trial -> !trial.partition().hasBridge() || trial.guarantee() == Guarantee.HEAL)
        .filter(trial -> List.of(guarantees).contains(trial.guarantee()));
  }

  private static void check(
      List<Check> checks, String promise, Stream<Trial> of, boolean onlyBroken) {
    checks.add(judged(promise, of, onlyBroken));
  }

  private static Check judged(String promise, Stream<Trial> of, boolean onlyBroken) {
    int tried = 0;
    List<String> wrong = new ArrayList<>();
    for (Trial trial : of.toList()) {
      tried += trial.attempts();
      if (onlyBroken ? trial.broken() > 0 : !trial.isAsPromised()) {
        wrong.add(
            new Place(trial.partition(), trial.side()).title()
                + ", "
                + trial.guarantee().title()
                + ": "
                + detail(trial));
      }
    }
    return new Check(
        promise, wrong.isEmpty(), wrong.isEmpty() ? tried + " attempts" : String.join("; ", wrong));
  }

  private static String detail(Trial trial) {
    return trial.worked()
        + " of "
        + trial.attempts()
        + " worked, "
        + trial.refused()
        + " refused, "
        + trial.broken()
        + " wrong"
        + (trial.why().isEmpty() ? "" : " (" + trial.why() + ")");
  }

  private Section map() {
    List<List<Cell>> cells = new ArrayList<>();
    for (Place place : places) {
      cells.add(Stream.of(Guarantee.values()).map(guarantee -> cell(place, guarantee)).toList());
    }
    Table table =
        Table.of("partition", "from", "in reach", "guarantee", "worked", "of", "slowest (ms)");
    for (Trial trial : trials) {
      table =
          table.with(
              trial.partition().title(),
              trial.side().title(),
              trial.partition().reach(trial.side().node()),
              trial.guarantee().title(),
              trial.worked(),
              trial.attempts(),
              trial.worked() == 0 ? (Object) "" : trial.millis());
    }
    return Section.of(
        "The map",
        "",
        new MatrixPlot(
            "What works (slowest, in ms), by partition and position",
            Stream.of(Guarantee.values()).map(Guarantee::title).toList(),
            places.stream().map(Place::title).toList(),
            cells),
        table);
  }

  private Cell cell(Place place, Guarantee guarantee) {
    return trials.stream()
        .filter(
            trial ->
                trial.partition().equals(place.partition())
                    && trial.side().equals(place.side())
                    && trial.guarantee() == guarantee)
        .findFirst()
        .map(PartitionReport::cell)
        .orElse(new Cell(Mood.NONE, "–", "there is nobody to try it with"));
  }

  private static Cell cell(Trial trial) {
    if (trial.broken() > 0) {
      return new Cell(Mood.BAD, "wrong", detail(trial));
    } else if (trial.worked() == trial.attempts()) {
      return new Cell(
          Mood.GOOD, String.format(Locale.ROOT, "%.0f", Math.ceil(trial.millis())), detail(trial));
    }
    return new Cell(
        Mood.REFUSED,
        trial.worked() == 0 ? "refused" : trial.worked() + " of " + trial.attempts(),
        detail(trial));
  }

  private Table rows() {
    Table rows =
        Table.of(
            "partition",
            "from",
            "inReach",
            "guarantee",
            "attempts",
            "worked",
            "refused",
            "wrong",
            "millis",
            "why");
    for (Trial trial : trials) {
      rows =
          rows.with(
              trial.partition().title(),
              trial.side().title(),
              trial.partition().reach(trial.side().node()),
              trial.guarantee().title(),
              trial.attempts(),
              trial.worked(),
              trial.refused(),
              trial.broken(),
              trial.millis(),
              trial.why());
    }
    return rows;
  }
}
