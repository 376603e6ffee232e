package dev.hearsay.sim.cli;

import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.world.Campaign;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.PlantedRuns;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearsay sim}: whole meshes in virtual time, and everything that can go wrong. */
@Command(
    name = "sim",
    description = {
      "Runs whole meshes, each in one thread, in virtual time, each from one seed: clients work"
          + " while things go wrong; then everything heals, and all nodes must come to hold the"
          + " same. Checkers look on all the time.",
      "A run that fails is made smaller, and can be replayed: the same seed does the same."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nWorkloads:%n")
final class SimCommand implements Callable<Integer> {

  private CommandSpec spec = CommandSpec.create();

  @Spec
  void spec(CommandSpec self) {
    spec = self;
    Footer.of(self, Arrays.asList(FaultKind.values()), SimSettings.KNOBS);
  }

  @Mixin private SimOptions options;

  @Option(names = "--soak", description = "Run until stopped, or until a run fails.")
  private boolean soak;

  @Option(
      names = "--sweep",
      paramLabel = "PARAM=A,B,C",
      description = "Run every seed with each value: a row per seed, and intervals.")
  private @Nullable String sweep;

  @Option(names = "--planted", hidden = true, description = "Print the table of planted faults.")
  private boolean planted;

  @Override
  public Integer call() throws IOException {
    if (planted) {
      PlantedRuns.table().forEach(spec.commandLine().getOut()::println);
      return ExitStatus.OK;
    }
    if (sweep != null && soak) {
      throw new BadInputException("--sweep and --soak: a sweep has an end");
    }
    if (options.runs != null && soak) {
      throw new BadInputException("--runs and --soak: a soak has no end but a failure");
    }
    try (WorkloadPath path = WorkloadPath.open(options.flags.classPath)) {
      return run(options.flags.withRecording(path.workloads()));
    }
  }

  private int run(List<Workload> all) throws IOException {
    List<SimSettings> settings = sweep == null ? options.settings(all) : options.beforeSweep(all);
    SimSweep swept =
        sweep == null
            ? null
            : SimSweep.of(
                options.sweep(sweep, settings),
                value -> options.settings(all, value.knob(), value.value()));
    options.planted();
    try (HistoryFile file = options.flags.createHistory()) {
      SimNarrator narrator =
          new SimNarrator(spec.commandLine().getOut(), spec.commandLine().getErr(), options);
      Campaign campaign = new Campaign(file, options.planted(), narrator, options.threads());
      if (swept != null) {
        return narrator.sweep(campaign, swept);
      }
      return soak ? narrator.soak(campaign, settings) : narrator.run(campaign, settings);
    }
  }
}
