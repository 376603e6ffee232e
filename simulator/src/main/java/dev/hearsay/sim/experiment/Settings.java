package dev.hearsay.sim.experiment;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an experiment is run.
 *
 * @param quick smaller sizes and fewer rounds
 * @param seed of all chance in it
 * @param topologyFile topologies to run over instead of the experiment's own
 * @param scheduleFile what goes wrong, instead of the experiment's own
 */
public record Settings(
    boolean quick, long seed, Optional<Path> topologyFile, Optional<Path> scheduleFile) {
  /** The same with the experiment's own topologies. */
  public Settings withoutTopology() {
    return new Settings(quick, seed, Optional.empty(), scheduleFile);
  }

  /** The same with the experiment's own faults. */
  public Settings withoutSchedule() {
    return new Settings(quick, seed, topologyFile, Optional.empty());
  }
}
