package dev.hearsay.sim.cli;

import dev.hearsay.sim.live.LiveFaults;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code hearsay lab} was asked for, checked.
 *
 * @param seconds of faults in each run
 * @param workloadNames null for all
 * @param faultNames null for all that can be done
 * @param runs null for one of each workload that is named
 */
record LabOptions(
    int nodes,
    double seconds,
    @Nullable List<String> workloadNames,
    @Nullable List<String> faultNames,
    @Nullable Path scheduleFile,
    long seed,
    @Nullable Integer runs) {
  private static final double SECONDS_MAX = 3_600;
  private static final int RUNS_MAX = 100_000;
  private static final List<String> ALL = List.of("all");

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
    if (scheduleFile != null && faultNames != null) {
      throw new BadInputException("--faults and --schedule: one of the two says what goes wrong");
    }
    Schedule schedule = scheduleFile == null ? null : schedule(scheduleFile);
    List<FaultKind> kinds = schedule == null ? kinds() : List.of();
    List<LiveSettings> settings = new ArrayList<>();
    for (Workload workload : workloads()) {
      settings.add(new LiveSettings(nodes, (long) (seconds * 1e9), workload, kinds, schedule));
    }
    return settings;
  }

  /** How many runs there are. */
  int runCount() {
    return runs != null
        ? runs
        : workloadNames == null || workloadNames.equals(ALL) ? 1 : workloadNames.size();
  }

  private List<Workload> workloads() {
    if (workloadNames == null || workloadNames.equals(ALL)) {
      return Workloads.all();
    }
    List<Workload> chosen = new ArrayList<>();
    for (String name : workloadNames) {
      chosen.add(
          Workloads.find(name)
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "--workload: '"
                              + name
                              + "' is none of "
                              + String.join(", ", Workloads.names()))));
    }
    return chosen;
  }

  private List<FaultKind> kinds() {
    if (faultNames == null || faultNames.equals(ALL)) {
      return LiveFaults.possible(nodes);
    }
    if (faultNames.equals(List.of("none"))) {
      return List.of();
    }
    List<FaultKind> kinds = new ArrayList<>();
    for (String name : faultNames) {
      FaultKind kind =
          FaultKind.find(name)
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "--faults: '"
                              + name
                              + "' is none of all, none, "
                              + String.join(", ", possible())));
      String why = LiveFaults.why(kind, nodes);
      if (why != null) {
        throw new BadInputException(
            "--faults " + name + " cannot be done to real processes: " + why);
      }
      kinds.add(kind);
    }
    return kinds;
  }

  private List<String> possible() {
    return LiveFaults.possible(nodes).stream().map(FaultKind::label).toList();
  }

  private Schedule schedule(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new BadInputException("--schedule " + file + ": no such file, or not readable");
    }
    Schedule schedule;
    try {
      schedule = Schedule.read(file);
    } catch (IllegalArgumentException | IOException e) {
      throw new BadInputException("--schedule " + e.getMessage(), e);
    }
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
