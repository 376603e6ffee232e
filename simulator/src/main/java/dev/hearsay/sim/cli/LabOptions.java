package dev.hearsay.sim.cli;

import dev.hearsay.sim.live.LiveFaults;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the runs of {@code hearsay lab} are to be, and the command that makes one of them again. */
final class LabOptions {
  private static final double SECONDS_MAX = 3_600;

  /** Processes at first. */
  static final int NODES_MAX = ReplayOptions.NODES_MAX;

  private static final int RUNS_MAX = 100_000;
  private static final long REST_NANOS = 5_000_000_000L;
  private static final BigDecimal HOUR = BigDecimal.valueOf(3_600);

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

  @Option(
      names = "--plant",
      paramLabel = "NAME",
      hidden = true,
      description = "Have the second node do something wrong, to see it found.")
  @Nullable String plantedName;

  /**
   * One for each workload; the runs take turns.
   *
   * @param all workloads there are
   * @throws BadInputException if something is not possible
   */
  List<LiveSettings> settings(List<Workload> all) {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new BadInputException("--nodes must be between 1 and " + NODES_MAX + ", not " + nodes);
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
    return flags.workloads(flags.withRecording(all)).stream()
        .map(one -> new LiveSettings(nodes, nanos(), one, kinds, schedule, REST_NANOS))
        .toList();
  }

  private long nanos() {
    return (long) (seconds * 1e9);
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
      LiveFaults.check(schedule, nodes, nanos());
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--schedule " + file + ": " + e.getMessage(), e);
    }
    return schedule;
  }

  /** What the second node does wrong; null for nothing. */
  @Nullable Plant plant() {
    if (plantedName == null) {
      return null;
    }
    for (Plant plant : Plant.OF_WORKLOADS) {
      if (label(plant).equals(plantedName)) {
        return plant;
      }
    }
    throw BadInputException.unknown(
        "--plant", plantedName, Plant.OF_WORKLOADS.stream().map(LabOptions::label).toList());
  }

  private static String label(Plant plant) {
    return plant.name().toLowerCase(Locale.ROOT);
  }

  /** The command that makes one run again. */
  String again(Workload workload, long runSeed, Path schedule) {
    List<String> words = new ArrayList<>(List.of("./hearsay", "lab"));
    words.addAll(List.of("--nodes", String.valueOf(nodes)));
    words.addAll(List.of("--seconds", String.valueOf(seconds)));
    if (plantedName != null) {
      words.addAll(List.of("--plant", plantedName));
    }
    words.addAll(rest(workload, runSeed, schedule));
    return SimOptions.command(words);
  }

  /** The command that does the same to virtual nodes. */
  String inVirtualTime(Workload workload, long runSeed, Path schedule) {
    List<String> words = new ArrayList<>(List.of("./hearsay", "sim"));
    words.addAll(List.of("--nodes", String.valueOf(nodes)));
    // Rather too long than too short: what is in the schedule is to happen.
    BigDecimal hours = BigDecimal.valueOf(seconds).divide(HOUR, 6, RoundingMode.CEILING);
    words.addAll(List.of("--hours", hours.toPlainString()));
    words.addAll(rest(workload, runSeed, schedule));
    words.addAll(List.of("--runs", "1"));
    return SimOptions.command(words);
  }

  private List<String> rest(Workload workload, long runSeed, Path schedule) {
    List<String> words = new ArrayList<>(flags.classPathWords());
    words.addAll(List.of("--workload", workload.name()));
    words.addAll(flags.recordingWords(workload));
    words.addAll(List.of("--schedule", schedule.toString(), "--seed", String.valueOf(runSeed)));
    return words;
  }
}
