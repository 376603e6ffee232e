package dev.hearsay.sim.cli;

import dev.hearsay.sim.live.LiveFaults;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the runs of {@code hearsay lab} are to be, and the command that makes one of them again. */
final class LabOptions {
  private static final double SECONDS_MAX = 3_600;
  private static final int RUNS_MAX = 100_000;

  @Mixin RunFlags flags;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Node processes, 1 to 15 (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Seconds of faults in each run (default: ${DEFAULT-VALUE}).")
  double seconds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How many runs (default: one of each workload that is named, or one).")
  @Nullable Integer runs;

  /**
   * One for each workload; the runs take turns.
   *
   * @throws BadInputException if something is not possible
   */
  List<LiveSettings> settings() {
    if (nodes < 1 || nodes > ReplayOptions.NODES_MAX) {
      throw new BadInputException(
          "--nodes must be between 1 and " + ReplayOptions.NODES_MAX + ", not " + nodes);
    }
    if (!(seconds >= 1 && seconds <= SECONDS_MAX)) {
      throw new BadInputException("--seconds must be between 1 and 3600, not " + seconds);
    }
    if (runs != null && (runs < 1 || runs > RUNS_MAX)) {
      throw new BadInputException("--runs must be between 1 and " + RUNS_MAX + ", not " + runs);
    }
    List<FaultKind> kinds = flags.faults(this::impossible);
    Path file = flags.scheduleFile;
    Schedule schedule = file == null ? null : schedule(file);
    return flags.workloads(Workloads.all()).stream()
        .map(one -> new LiveSettings(nodes, (long) (seconds * 1e9), one, kinds, schedule))
        .toList();
  }

  /** How many runs there are. */
  int runCount() {
    return runs != null ? runs : flags.workloadsNamed();
  }

  private @Nullable String impossible(FaultKind kind) {
    String why = LiveFaults.why(kind, nodes);
    return why == null ? null : "it cannot be done to real processes: " + why;
  }

  private Schedule schedule(Path file) {
    Schedule schedule = SimFiles.schedule(file);
    try {
      LiveFaults.check(schedule, nodes);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--schedule " + file + ": " + e.getMessage(), e);
    }
    return schedule;
  }

  /** The command that makes one run again, of processes or in virtual time. */
  String again(String command, Workload workload, long runSeed, Path schedule) {
    List<String> words =
        new ArrayList<>(Arrays.asList("./hearsay", command, "--nodes", String.valueOf(nodes)));
    if (command.equals("lab")) {
      words.addAll(List.of("--seconds", String.format(Locale.ROOT, "%s", seconds)));
    } else {
      words.addAll(List.of("--hours", String.format(Locale.ROOT, "%.4f", seconds / 3_600)));
    }
    words.addAll(
        List.of(
            "--workload",
            workload.name(),
            "--schedule",
            schedule.toString(),
            "--seed",
            String.valueOf(runSeed)));
    return String.join(" ", words);
  }
}
