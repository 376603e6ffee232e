package dev.hearsay.sim.cli;

import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.live.LiveFaults;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.world.FaultKind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hearsay lab}: what {@code sim} does, to real processes in real time. */
@Command(
    name = "lab",
    description = {
      "Runs the workloads of 'sim' against real node processes, in real time, while links are cut,"
          + " processes are killed, and nodes join and leave; then everything heals, and all nodes"
          + " must come to hold the same. The checkers of 'sim' look on.",
      "A run takes what --seconds says, and some twenty seconds more."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nWorkloads:%n")
final class LabCommand implements Callable<Integer> {

  private CommandSpec spec = CommandSpec.create();

  @Spec
  void spec(CommandSpec self) {
    spec = self;
    List<FaultKind> possible =
        Arrays.stream(FaultKind.values())
            .filter(kind -> LiveFaults.why(kind, LabOptions.NODES_MAX) == null)
            .toList();
    Footer.of(self, possible, Map.of());
  }

  @Mixin private LabOptions options;

  @Override
  public Integer call() throws IOException {
    try (WorkloadPath path = WorkloadPath.open(options.flags.classPath)) {
      return run(path.workloads());
    }
  }

  private int run(List<Workload> all) throws IOException {
    List<LiveSettings> settings = options.settings(all);
    options.plant();
    try (HistoryFile file = options.flags.createHistory()) {
      return new LabNarrator(spec.commandLine().getOut(), spec.commandLine().getErr(), options)
          .run(settings, file);
    }
  }
}
