package dev.hearsay.sim.experiment.icde19;

import dev.hearsay.sim.experiment.icde19.Baseline.Protocol;
import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.BarPlot;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the runs cost, beside what was published. */
final class Icde19Report {
  /** How far a run may be from the published one and count as the same. */
  private static final double TREE_TOLERANCE = 0.01;

  private static final double MESH_TOLERANCE = 0.05;
  private static final double ELEMENTS_GOAL = 1.1;

  private final Published published;
  private final List<Cost> costs;
  private final List<String> topologies;
  private final List<String> loads;
  private final List<String> protocols;

  Icde19Report(Published published, List<Cost> costs) {
    this.published = published;
    this.costs = List.copyOf(costs);
    topologies = costs.stream().map(Cost::topology).distinct().toList();
    loads = costs.stream().map(Cost::load).distinct().toList();
    protocols = costs.stream().map(Cost::protocol).distinct().toList();
  }

  Report report() {
    List<Section> sections = new ArrayList<>();
    for (String topology : topologies) {
      sections.add(elements(topology));
      sections.add(metadata(topology));
    }
    return new Report(
        "icde19",
        "What it costs to tell each other: elements and metadata on the wire",
        List.of(
            "Each node makes 100 updates, one a second, and tells its neighbours once a second; the"
                + " run ends when all nodes hold the same. Counted are the elements that cross a"
                + " link (entries of a set, a counter or a map, each crossing once) and the"
                + " metadata that goes with them (entries of vectors, names of updates, sequence"
                + " numbers). The floor is what a spanning tree costs: each element crosses as many"
                + " links as there are other nodes.",
            "The protocols of the paper are written anew after its text; that they cost what was"
                + " published shows that the harness counts as its authors did.",
            "Hearsay's own protocol runs in the virtual world, with a delay of 1 ms on each link,"
                + " from when the nodes have met: what its trees take to settle is counted. Its"
                + " changes name what they depend on, which the others' do not: that is more than half"
                + " of its metadata. Most of the rest is that nodes tell each other every 100 ms,"
                + " not every second, what they have. Not counted are signs of life and what nodes"
                + " say of themselves alone: their roles, and that there are two of one.",
            published.source()),
        checks(),
        sections,
        rows());
  }

  private Table rows() {
    Table rows = Table.of("topology", "load", "protocol", "elements", "metadata", "floor");
    for (Cost cost : costs) {
      rows =
          rows.with(
              cost.topology(),
              cost.load(),
              cost.protocol(),
              cost.elements(),
              cost.metadata(),
              cost.floor());
    }
    return rows;
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    reproduced("tree15", Protocol.DELTA_BP_RR, TREE_TOLERANCE, checks);
    reproduced("mesh15", Protocol.DELTA_BP_RR, MESH_TOLERANCE, checks);
    reproduced("mesh15", Protocol.SCUTTLEBUTT, MESH_TOLERANCE, checks);
    goals("mesh15", checks);
    return checks;
  }

  /** The least that was published for a mesh is 2.14 times the floor. */
  private void goals(String topology, List<Check> checks) {
    boolean fewElements = true;
    boolean littleMetadata = true;
    List<String> elements = new ArrayList<>();
    List<String> metadata = new ArrayList<>();
    for (Cost ours : of(topology)) {
      if (!ours.protocol().equals(OurProtocol.LABEL)) {
        continue;
      }
      long theirs =
          of(topology).stream()
              .filter(cost -> cost.load().equals(ours.load()))
              .filter(cost -> cost.protocol().equals(Protocol.DELTA_BP_RR.label()))
              .mapToLong(Cost::metadata)
              .sum();
      fewElements &= ratio(ours) <= ELEMENTS_GOAL;
      littleMetadata &= ours.metadata() <= theirs;
      elements.add(String.format(Locale.ROOT, "%s %.3f", ours.load(), ratio(ours)));
      metadata.add(
          String.format(
              Locale.ROOT, "%s %,d (deltaBpRr %,d)", ours.load(), ours.metadata(), theirs));
    }
    if (!elements.isEmpty()) {
      checks.add(
          Check.goal(
              "on " + topology + ", hearsay sends at most 1.1 times the elements of the floor",
              fewElements,
              String.join("; ", elements)));
      checks.add(
          Check.goal(
              "on " + topology + ", hearsay sends no more metadata than deltaBpRr",
              littleMetadata,
              String.join("; ", metadata)));
    }
  }

  private void reproduced(
      String topology, Protocol protocol, double tolerance, List<Check> checks) {
    boolean held = true;
    List<String> found = new ArrayList<>();
    for (Cost cost : costs) {
      OptionalLong paper = published.elements(cost.topology(), cost.load(), cost.protocol());
      if (cost.topology().equals(topology)
          && cost.protocol().equals(protocol.label())
          && paper.isPresent()) {
        held &= Math.abs(deviation(cost, paper.getAsLong())) <= tolerance;
        found.add(
            String.format(
                Locale.ROOT,
                "%s %,d (published %,d)",
                cost.load(),
                cost.elements(),
                paper.getAsLong()));
      }
    }
    if (!found.isEmpty()) {
      checks.add(
          new Check(
              String.format(
                  Locale.ROOT,
                  "on %s, %s sends the published elements within %.0f %%",
                  topology,
                  protocol.label(),
                  100 * tolerance),
              held,
              String.join("; ", found)));
    }
  }

  private static double deviation(Cost cost, long paper) {
    return (double) cost.elements() / paper - 1;
  }

  private Section elements(String topology) {
    Table table =
        Table.of("load", "protocol", "elements", "times the floor", "published", "deviation (%)");
    for (Cost cost : of(topology)) {
      OptionalLong paper = published.elements(topology, cost.load(), cost.protocol());
      table =
          table.with(
              cost.load(),
              cost.protocol(),
              cost.elements(),
              ratio(cost),
              paper.isPresent() ? (Object) paper.getAsLong() : "",
              paper.isPresent() ? (Object) (100 * deviation(cost, paper.getAsLong())) : "");
    }
    return Section.of(
        topology + ": elements",
        "In multiples of the floor; 1 is the least that reaches everybody.",
        plot(
            topology + ": elements sent",
            Axis.log("elements sent (× spanning-tree floor)"),
            topology,
            Icde19Report::ratio),
        table);
  }

  private Section metadata(String topology) {
    Table table = Table.of("load", "protocol", "metadata", "for each element that had to be sent");
    for (Cost cost : of(topology)) {
      table =
          table.with(
              cost.load(),
              cost.protocol(),
              cost.metadata(),
              (double) cost.metadata() / cost.floor());
    }
    return Section.of(
        topology + ": metadata",
        "Entries of vectors, names of updates and sequence numbers. State-based synchronization"
            + " needs none, and pays in elements.",
        plot(
            topology + ": metadata sent",
            Axis.log("metadata sent (entries)"),
            topology,
            Cost::metadata),
        table);
  }

  private static double ratio(Cost cost) {
    return (double) cost.elements() / cost.floor();
  }

  private List<Cost> of(String topology) {
    return costs.stream().filter(cost -> cost.topology().equals(topology)).toList();
  }

  private BarPlot plot(String title, Axis y, String topology, ToDoubleFunction<Cost> height) {
    List<BarPlot.Bars> bars = new ArrayList<>();
    for (String protocol : protocols) {
      List<@Nullable Double> heights = new ArrayList<>();
      for (String load : loads) {
        heights.add(
            of(topology).stream()
                .filter(cost -> cost.protocol().equals(protocol) && cost.load().equals(load))
                .map(height::applyAsDouble)
                .filter(value -> value > 0)
                .findFirst()
                .orElse(null));
      }
      bars.add(new BarPlot.Bars(protocol, heights));
    }
    return new BarPlot(title, "load", y, loads, bars);
  }
}
