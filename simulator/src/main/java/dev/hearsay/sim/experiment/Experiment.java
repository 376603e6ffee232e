package dev.hearsay.sim.experiment;

import dev.hearsay.sim.report.Report;
import java.io.IOException;
import java.util.function.Consumer;

/** A question, and how it is answered by running something. */
public interface Experiment {
  /** What the command line calls it. */
  String name();

  /** What it asks, in a line. */
  String purpose();

  /**
   * Refuses what it cannot do, before anything is run.
   *
   * @throws IllegalArgumentException saying why
   * @throws IOException if a file cannot be read
   */
  default void check(Settings settings) throws IOException {
    if (settings.topologyFile().isPresent()) {
      throw new IllegalArgumentException(
          "--topology is for icde19; " + name() + " has topologies of its own");
    }
    if (settings.scheduleFile().isPresent()) {
      throw new IllegalArgumentException(
          "--schedule is for calibrate; " + name() + " has faults of its own, or none");
    }
  }

  /**
   * Runs it; takes seconds to minutes.
   *
   * @param progress told a line now and then
   * @throws ExperimentFailedException if it could not be carried out; a promise that does not hold
   *     is a finding, not a failure
   */
  Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException;
}
