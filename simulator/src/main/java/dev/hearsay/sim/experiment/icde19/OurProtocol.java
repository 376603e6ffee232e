package dev.hearsay.sim.experiment.icde19;

import dev.hearsay.sim.experiment.ExperimentFailedException;

/** What Hearsay's own protocol costs; made elsewhere, where the virtual world is known. */
@FunctionalInterface
public interface OurProtocol {
  /** Its name in reports. */
  String LABEL = "hearsay";

  /** Runs the load over the topology, as {@link BaselineRun} does for the others. */
  Cost run(Topology topology, Load load, long seed) throws ExperimentFailedException;
}
