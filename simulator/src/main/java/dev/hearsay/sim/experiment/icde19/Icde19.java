package dev.hearsay.sim.experiment.icde19;

import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.report.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The paper's runs again: every protocol under every load over every topology. */
public final class Icde19 implements Experiment {
  private static final int NODES_MAX = Gossip.PEERS_MAX + 1;

  private final OurProtocol ours;

  /** With Hearsay's own protocol beside the paper's. */
  public Icde19(OurProtocol ours) {
    this.ours = ours;
  }

  @Override
  public String name() {
    return "icde19";
  }

  @Override
  public String purpose() {
    return "elements and metadata sent to tell 15 nodes of each other's updates (Enes et al., ICDE"
        + " 2019)";
  }

  @Override
  public void check(Settings settings) throws IOException {
    Experiment.super.check(settings.withoutTopology());
    for (Topology topology : topologies(settings, Published.read())) {
      // The paper's protocols know their neighbours alone; a node of Hearsay's knows all others.
      if (topology.size() > NODES_MAX) {
        throw new IllegalArgumentException(
            "--topology: "
                + topology.name()
                + " has "
                + topology.size()
                + " nodes; a mesh has at most "
                + NODES_MAX);
      }
    }
  }

  private static List<Topology> topologies(Settings settings, Published published)
      throws IOException {
    return settings.topologyFile().isPresent()
        ? TopologyFile.read(settings.topologyFile().get())
        : published.topologies();
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    Published published = Published.read();
    List<Topology> topologies = topologies(settings, published);
    List<Load> loads = settings.quick() ? List.of(Load.SET, Load.map(10)) : Load.all();
    List<Cost> costs = new ArrayList<>();
    for (Topology topology : topologies) {
      for (Load load : loads) {
        for (Baseline.Protocol protocol : Baseline.Protocol.values()) {
          Cost cost = new BaselineRun(topology, load, protocol, settings.seed()).run();
          costs.add(cost);
          tell(cost, progress);
        }
        Cost cost = ours.run(topology, load, settings.seed());
        costs.add(cost);
        tell(cost, progress);
      }
    }
    return new Icde19Report(published, costs).report();
  }

  private static void tell(Cost cost, Consumer<String> progress) {
    progress.accept(
        String.join(" ", cost.topology(), cost.load(), cost.protocol())
            + ": "
            + cost.elements()
            + " elements, "
            + cost.metadata()
            + " metadata");
  }
}
