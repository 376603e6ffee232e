package dev.hearsay.sim.cli;

import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.live.LiveSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearsay lab}: what {@code sim} does, to real processes in real time. */
@Command(
    name = "lab",
    description = {
      "Runs the workloads of 'sim' against real node processes, in real time, while links are cut"
          + " and processes are killed; then everything heals, and all nodes must come to hold the"
          + " same. The checkers of 'sim' look on.",
      "A run takes what --seconds says, and some ten seconds more."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class LabCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Node processes, 1 to 15 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Seconds of faults in each run (default: ${DEFAULT-VALUE}).")
  private double seconds;

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
      description = "What goes wrong, all, or none (default: all that can be done to processes).")
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
      description = "How many runs (default: one of each workload that is named, or one).")
  private @Nullable Integer runs;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description = "What goes wrong and when, as 'sim' reads it: a fault a line.")
  private @Nullable Path schedule;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Write every operation of a client there, a JSON object a line.")
  private @Nullable Path history;

  @Option(names = "--json", description = "Print one JSON object on stdout, nothing else there.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LabOptions options = new LabOptions(nodes, seconds, workloads, faults, schedule, seed, runs);
    List<LiveSettings> settings = options.settings();
    try (HistoryFile file = history == null ? null : create(history)) {
      return new LabNarrator(
              spec.commandLine().getOut(), spec.commandLine().getErr(), json, options)
          .run(settings, file);
    }
  }

  private static HistoryFile create(Path file) {
    try {
      return HistoryFile.create(file);
    } catch (IOException e) {
      throw new BadInputException("--history " + file + ": cannot be written", e);
    }
  }
}
