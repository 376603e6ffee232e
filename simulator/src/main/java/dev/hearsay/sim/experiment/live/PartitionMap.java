package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.report.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Which guarantees hold during which partition: five real nodes, tried from each position. */
public final class PartitionMap implements Experiment {
  @Override
  public String name() {
    return "partition-map";
  }

  @Override
  public String purpose() {
    return "which guarantees hold during which partition, on five real nodes";
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    List<Trial> trials = new ArrayList<>();
    int attempts = settings.quick() ? 1 : 3;
    progress.accept("starting " + Partition.NODES + " nodes");
    try (LiveMesh mesh = LiveMesh.start(Partition.NODES)) {
      int number = 0;
      for (Partition partition : Partition.all()) {
        progress.accept(partition.title());
        trials.addAll(new PartitionTrial(mesh, partition, "space-" + number++, attempts).run());
      }
    }
    return new PartitionReport(trials, attempts).report();
  }
}
