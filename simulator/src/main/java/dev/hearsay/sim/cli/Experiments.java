package dev.hearsay.sim.cli;

import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.failures.FailureModes;
import dev.hearsay.sim.experiment.icde19.Icde19;
import dev.hearsay.sim.experiment.live.Calibrate;
import dev.hearsay.sim.experiment.live.Heal;
import dev.hearsay.sim.experiment.live.PartitionMap;
import dev.hearsay.sim.experiment.virtual.HearsayRun;
import dev.hearsay.sim.experiment.virtual.Scale;
import java.util.List;
import java.util.stream.Collectors;

/** The experiments that there are. */
final class Experiments {
  static final List<Experiment> ALL =
      List.of(
          new Heal(),
          new Icde19(new HearsayRun()),
          new Scale(),
          new PartitionMap(),
          new FailureModes(),
          new Calibrate());

  private Experiments() {}

  /**
   * The one of that name.
   *
   * @throws BadInputException if there is none, naming those that there are
   */
  static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new BadInputException("experiment '" + name + "' is none of " + names()));
  }

  static String names() {
    return ALL.stream().map(Experiment::name).collect(Collectors.joining(", "));
  }
}
