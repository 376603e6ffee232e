package dev.hearsay.sim.cli;

import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.world.Campaign;
import dev.hearsay.sim.world.PlantedRuns;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearsay sim}: whole meshes in virtual time, and everything that can go wrong. */
@Command(
    name = "sim",
    description = {
      "Runs whole meshes in one thread, in virtual time, each from one seed: clients work while"
          + " things go wrong; then everything heals, and all nodes must come to hold the same."
          + " Checkers look on all the time.",
      "A run that fails is made smaller, and can be replayed: the same seed does the same."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class SimCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes of each mesh (default: 5, or what --topology says).")
  private @Nullable Integer nodes;

  @Option(
      names = "--hours",
      paramLabel = "H",
      defaultValue = "0.02",
      description = "Virtual hours of faults in each run (default: ${DEFAULT-VALUE}).")
  private double hours;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      description = "What clients do; several take turns (default: all there are).")
  private @Nullable List<String> workloads;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      description = "What goes wrong, all, or none (default: all that is possible).")
  private @Nullable List<String> faults;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "The first run's seed; the others follow (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many runs (default: ${DEFAULT-VALUE}).")
  private long runs;

  @Option(names = "--soak", description = "Run until stopped, or until a run fails.")
  private boolean soak;

  @Option(
      names = "--topology",
      paramLabel = "FILE[#NAME]",
      description = "Who has a link to whom, as JSON: {\"name\": {\"0\": [1], \"1\": [0]}}.")
  private @Nullable String topology;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description = "What goes wrong and when, instead of drawing it: a fault a line.")
  private @Nullable Path schedule;

  @Option(
      names = "--sweep",
      paramLabel = "PARAM=A,B,C",
      description = "Run every seed with each value: a row per seed, and intervals.")
  private @Nullable String sweep;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Write every operation of a client there, a JSON object a line.")
  private @Nullable Path history;

  @Option(names = "--json", description = "Print one JSON object on stdout, nothing else there.")
  private boolean json;

  @Option(names = "--planted", hidden = true, description = "Print the table of planted faults.")
  private boolean planted;

  @Override
  public Integer call() throws IOException {
    if (planted) {
      PlantedRuns.table().forEach(spec.commandLine().getOut()::println);
      return ExitStatus.OK;
    }
    SimOptions options =
        new SimOptions(nodes, hours, workloads, faults, topology, schedule, seed, runs, soak);
    List<SimSettings> settings = options.settings();
    SimOptions.Sweep swept = sweep == null ? null : options.sweep(sweep, settings.get(0));
    if (swept != null && soak) {
      throw new BadInputException("--sweep and --soak: a sweep has an end");
    }
    try (HistoryFile file = history == null ? null : createHistory(history)) {
      SimNarrator narrator =
          new SimNarrator(
              spec.commandLine().getOut(), spec.commandLine().getErr(), json, soak, options);
      Campaign campaign = new Campaign(settings, file, narrator);
      if (swept != null) {
        return narrator.swept(campaign, swept);
      }
      return narrator.run(campaign);
    }
  }

  private static HistoryFile createHistory(Path file) {
    try {
      return HistoryFile.create(file);
    } catch (IOException e) {
      throw new BadInputException("--history " + file + ": cannot be written", e);
    }
  }
}
