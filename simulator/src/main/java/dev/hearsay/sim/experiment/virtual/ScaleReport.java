package dev.hearsay.sim.experiment.virtual;

import dev.hearsay.sim.experiment.virtual.Scale.Size;
import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.LinePlot;
import dev.hearsay.sim.report.LinePlot.Line;
import dev.hearsay.sim.report.LinePlot.Point;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a change costs as the mesh grows. */
final class ScaleReport {
  private static final double REAL_SECONDS_GOAL = 300;

  private final List<Size> sizes;

  ScaleReport(List<Size> sizes) {
    this.sizes = List.copyOf(sizes);
  }

  Report report() {
    Size first = sizes.get(0);
    Size last = sizes.get(sizes.size() - 1);
    double rounds = last.rounds() / first.rounds();
    double logs = log2(last.nodes()) / log2(first.nodes());
    return new Report(
        "scale",
        "What a change costs as the mesh grows",
        List.of(
            "Each node has links to 6 others on average, drawn at random over a ring. A packet"
                + " takes 10 ms over a link, which is one round; disks take no time, so that rounds"
                + " are nothing but distance. Four nodes write, each a change a second; counted is"
                + " what happens once their trees have settled. Signs of life between neighbours"
                + " are not counted.",
            "If a change spread by flooding a line, rounds would grow with the number of nodes;"
                + " over random links with its logarithm."),
        List.of(
            Check.goal(
                "rounds grow with log N, not with N",
                rounds <= 1.5 * logs,
                String.format(
                    Locale.ROOT,
                    "from %d to %d nodes: %.2f times the rounds, %.2f times log N",
                    first.nodes(),
                    last.nodes(),
                    rounds,
                    logs)),
            Check.goal(
                "the largest mesh converges in under 5 minutes of real time",
                last.realSeconds() < REAL_SECONDS_GOAL,
                String.format(
                    Locale.ROOT,
                    "%d nodes: %.0f virtual seconds in %.1f real ones",
                    last.nodes(),
                    last.virtualSeconds(),
                    last.realSeconds()))),
        List.of(rounds(), crossings(), bytes(), simulator()),
        rows());
  }

  private static double log2(double number) {
    return Math.log(number) / Math.log(2);
  }

  private Line line(String name, ToDoubleFunction<Size> y) {
    return new Line(
        name, sizes.stream().map(s -> new Point(s.nodes(), y.applyAsDouble(s))).toList());
  }

  private Section rounds() {
    Size first = sizes.get(0);
    double unit = first.rounds() / log2(first.nodes());
    Table table = Table.of("nodes", "rounds", "slowest", "log2 N", "rounds / log2 N");
    for (Size size : sizes) {
      table =
          table.with(
              size.nodes(),
              size.rounds(),
              size.worstRounds(),
              log2(size.nodes()),
              size.rounds() / log2(size.nodes()));
    }
    return Section.of(
        "Rounds until the last node has a change",
        "In the middle of all changes, and of the slowest. The dashed line grows as log N does.",
        new LinePlot(
            "Rounds until all nodes have a change",
            Axis.log("nodes"),
            Axis.linear("rounds of 10 ms"),
            List.of(
                line("median change", Size::rounds),
                line("slowest change", Size::worstRounds),
                new Line(
                    "as log N",
                    sizes.stream().map(s -> new Point(s.nodes(), unit * log2(s.nodes()))).toList(),
                    true))),
        table);
  }

  private Section crossings() {
    Table table = Table.of("nodes", "links crossed / least");
    for (Size size : sizes) {
      table = table.with(size.nodes(), size.crossings());
    }
    return Section.of(
        "Links that a change crosses",
        "Over the least that reaches every node once; 1 is a perfect tree.",
        new LinePlot(
            "Links crossed, over the least that reaches all",
            Axis.log("nodes"),
            Axis.linear("times the floor"),
            List.of(line("pushes and answers", Size::crossings))),
        table);
  }

  private Section bytes() {
    Size first = sizes.get(0);
    double unit = first.bytesPerNode() / log2(first.nodes());
    Table table = Table.of("nodes", "bytes", "messages", "virtual seconds to meet");
    for (Size size : sizes) {
      table =
          table.with(
              size.nodes(), size.bytesPerNode(), size.messagesPerNode(), size.meetingSeconds());
    }
    return Section.of(
        "What a change costs each node",
        "Everything that a node sends but signs of life, divided by the number of changes:"
            + " pushes, acknowledgements, announcements and what random peers compare. The dashed"
            + " line grows as log N does.",
        new LinePlot(
            "Sent by each node for one change",
            Axis.log("nodes"),
            Axis.linear("bytes"),
            List.of(
                line("bytes a node", Size::bytesPerNode),
                new Line(
                    "as log N",
                    sizes.stream().map(s -> new Point(s.nodes(), unit * log2(s.nodes()))).toList(),
                    true))),
        table);
  }

  private Section simulator() {
    Table table = Table.of("nodes", "virtual seconds", "real seconds", "times faster");
    for (Size size : sizes) {
      table =
          table.with(
              size.nodes(),
              size.virtualSeconds(),
              size.realSeconds(),
              size.virtualSeconds() / size.realSeconds());
    }
    return Section.of(
        "What the simulator took",
        "Of the machine named below, with meeting, warming up and measuring.",
        new LinePlot(
            "Time of a whole run",
            Axis.log("nodes"),
            Axis.log("seconds"),
            List.of(line("virtual", Size::virtualSeconds), line("real", Size::realSeconds))),
        table);
  }

  private Table rows() {
    Table rows =
        Table.of(
            "nodes",
            "rounds",
            "worstRounds",
            "crossings",
            "bytesPerNode",
            "messagesPerNode",
            "meetingSeconds",
            "virtualSeconds",
            "realSeconds");
    for (Size size : sizes) {
      rows =
          rows.with(
              size.nodes(),
              size.rounds(),
              size.worstRounds(),
              size.crossings(),
              size.bytesPerNode(),
              size.messagesPerNode(),
              size.meetingSeconds(),
              size.virtualSeconds(),
              size.realSeconds());
    }
    return rows;
  }
}
