package dev.hearsay.sim.cli;

import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Latency;
import dev.hearsay.sim.world.PlantedFault;
import dev.hearsay.sim.world.PossibleFaults;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the runs of {@code hearsay sim} are to be, and the command that makes one of them again. */
final class SimOptions {
  private static final int NODES_DEFAULT = 5;
  private static final int NODES_MAX = Gossip.PEERS_MAX;
  private static final double HOURS_DEFAULT = 0.02;
  private static final double HOURS_MAX = 1_000;
  private static final long RUNS_DEFAULT = 10;
  private static final long RUNS_MAX = 10_000_000;
  private static final int THREADS_MAX = 1_024;
  private static final String NODES = "nodes";
  private static final String HOURS = "hours";
  private static final Pattern PLAIN_WORD = Pattern.compile("[\\w./:,=@%+-][\\w./:,=@%+#-]*");

  @Mixin RunFlags flags;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes of each mesh (default: 5, or what --topology says).")
  @Nullable Integer nodes;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "Virtual hours of faults in each run (default: 0.02).")
  @Nullable Double hours;

  @Option(names = "--runs", paramLabel = "N", description = "How many runs (default: 10).")
  @Nullable Long runs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Runs made at the same time, with the same results in the same order (default: as many"
              + " as there are processors; with --history always 1).")
  @Nullable Integer threads;

  @Option(
      names = "--topology",
      paramLabel = "FILE[#NAME]",
      description = "Who has a link to whom, as JSON: {\"name\": {\"0\": [1], \"1\": [0]}}.")
  @Nullable String topologyFile;

  @Option(
      names = "--set",
      paramLabel = "PARAM=VALUE",
      split = ",",
      description = "Set a parameter that is drawn from the seed otherwise: those of --sweep.")
  Map<String, Double> knobs = new LinkedHashMap<>();

  @Option(
      names = "--latency",
      paramLabel = "FORM",
      description =
          "How the times of packets are distributed: constant, exponential, lognormal or pareto"
              + " (default: drawn from each run's seed).")
  @Nullable String latencyName;

  @Option(
      names = "--plant",
      paramLabel = "NAME",
      hidden = true,
      description = "Have nodes do something wrong, to see it found.")
  @Nullable String plantedName;

  /** Values of a parameter. */
  record Sweep(String knob, List<Double> values) {}

  /** How many runs. */
  long runs() {
    return runs == null ? RUNS_DEFAULT : runs;
  }

  private double hours() {
    return hours == null ? HOURS_DEFAULT : hours;
  }

  /** Runs at the same time. */
  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** What nodes do wrong. */
  PlantedFault planted() {
    return plantedName == null
        ? PlantedFault.NONE
        : PlantedFault.find(plantedName)
            .orElseThrow(
                () ->
                    BadInputException.unknown(
                        "--plant", String.valueOf(plantedName), PlantedFault.labels()));
  }

  private Latency.@Nullable Form latency() {
    return latencyName == null
        ? null
        : Latency.Form.find(latencyName)
            .orElseThrow(
                () ->
                    BadInputException.unknown(
                        "--latency", String.valueOf(latencyName), Latency.Form.labels()));
  }

  /**
   * One for each workload.
   *
   * @param all the workloads there are
   * @throws BadInputException if something is not possible
   */
  List<SimSettings> settings(List<Workload> all) {
    return settings(all, /* checksSchedule= */ true);
  }

  /** The same before a sweep says what is to be different: the schedule may be for that. */
  List<SimSettings> beforeSweep(List<Workload> all) {
    return settings(all, /* checksSchedule= */ false);
  }

  private List<SimSettings> settings(List<Workload> all, boolean checksSchedule) {
    if (!(hours() > 0 && hours() <= HOURS_MAX)) {
      throw new BadInputException("--hours must be more than 0 and at most 1000, not " + hours());
    }
    if (runs() < 1 || runs() > RUNS_MAX) {
      throw new BadInputException("--runs must be between 1 and " + RUNS_MAX + ", not " + runs());
    }
    if (threads != null && (threads < 1 || threads > THREADS_MAX)) {
      throw new BadInputException(
          "--threads must be between 1 and " + THREADS_MAX + ", not " + threads);
    }
    for (String knob : List.of(NODES, HOURS)) {
      if (knobs.containsKey(knob)) {
        throw new BadInputException("--set " + knob + ": say --" + knob);
      }
    }
    return withKnobs(settings(all, nodes, hours(), checksSchedule));
  }

  private List<SimSettings> withKnobs(List<SimSettings> all) {
    List<SimSettings> settings = new ArrayList<>();
    for (SimSettings one : all) {
      SimSettings set = one;
      for (Map.Entry<String, Double> knob : knobs.entrySet()) {
        check("--set", all, one, knob.getKey(), knob.getValue());
        set = set.with(knob.getKey(), knob.getValue());
      }
      settings.add(set);
    }
    return settings;
  }

  /** The same with a parameter set to that: what can go wrong may depend on it. */
  List<SimSettings> settings(List<Workload> all, String knob, double value) {
    Integer asked = knob.equals(NODES) ? Integer.valueOf((int) value) : nodes;
    double lasting = knob.equals(HOURS) ? value : hours();
    return withKnobs(settings(all, asked, lasting, /* checksSchedule= */ true)).stream()
        .map(one -> one.with(knob, value))
        .toList();
  }

  private List<SimSettings> settings(
      List<Workload> all, @Nullable Integer asked, double lasting, boolean checksSchedule) {
    Topology topology = topologyFile == null ? null : SimFiles.topology(topologyFile);
    int count = nodeCount(topology, asked);
    List<Workload> workloads = flags.workloads(all);
    boolean moves = workloads.stream().anyMatch(workload -> !workload.restricted().isEmpty());
    long nanos = (long) (lasting * 3600e9);
    PossibleFaults possible = new PossibleFaults(count, topology != null, moves, nanos);
    List<FaultKind> kinds = flags.faults(possible::impossible);
    Path file = flags.scheduleFile;
    Schedule schedule =
        file == null
            ? null
            : checksSchedule ? SimFiles.schedule(file, possible) : SimFiles.schedule(file);
    return workloads.stream()
        .map(
            workload ->
                new SimSettings(
                    count,
                    nanos,
                    workload,
                    kinds,
                    schedule,
                    topology,
                    Map.of(),
                    latency(),
                    flags.isAnythingPossible()))
        .toList();
  }

  private static int nodeCount(@Nullable Topology topology, @Nullable Integer asked) {
    if (topology == null) {
      int count = asked == null ? NODES_DEFAULT : asked;
      if (count < 1 || count > NODES_MAX) {
        throw new BadInputException(
            "--nodes must be between 1 and " + NODES_MAX + ", not " + count);
      }
      return count;
    }
    if (asked != null && asked != topology.size()) {
      throw new BadInputException(
          "--nodes " + asked + ": topology " + topology.name() + " has " + topology.size());
    }
    if (topology.size() > NODES_MAX) {
      throw new BadInputException(
          "--topology: " + topology.size() + " nodes; a mesh has at most " + NODES_MAX);
    }
    return topology.size();
  }

  /**
   * Reads {@code PARAM=A,B,C}.
   *
   * @param all those that it is to change
   * @throws BadInputException if there is no such parameter, a value is none, or nobody goes by it
   */
  Sweep sweep(String spelt, List<SimSettings> all) {
    int equals = spelt.indexOf('=');
    String knob = equals < 0 ? spelt : spelt.substring(0, equals);
    if (!SimSettings.KNOBS.containsKey(knob)) {
      throw BadInputException.unknown("--sweep", knob, SimSettings.KNOBS.keySet());
    }
    boolean isOption =
        (knob.equals(NODES) && nodes != null) || (knob.equals(HOURS) && hours != null);
    if (isOption || knobs.containsKey(knob)) {
      throw new BadInputException(
          (isOption ? "--" + knob : "--set")
              + " and --sweep: one of the two says what "
              + knob
              + " is");
    }
    List<Double> values = new ArrayList<>();
    for (String value : equals < 0 ? new String[0] : spelt.substring(equals + 1).split(",")) {
      try {
        values.add(Double.parseDouble(value));
      } catch (NumberFormatException e) {
        throw new BadInputException("--sweep " + knob + ": '" + value + "' is not a number", e);
      }
    }
    if (values.isEmpty()) {
      throw new BadInputException("--sweep " + knob + ": name values: " + knob + "=A,B,C");
    }
    values.forEach(value -> check("--sweep", all, all.get(0), knob, value));
    return new Sweep(knob, values);
  }

  private static void check(
      String option, List<SimSettings> all, SimSettings settings, String knob, double value) {
    if (!SimSettings.KNOBS.containsKey(knob)) {
      throw BadInputException.unknown(option, knob, SimSettings.KNOBS.keySet());
    }
    if (all.stream().noneMatch(one -> one.isGoneBy(knob))) {
      throw new BadInputException(
          option
              + " "
              + knob
              + ": "
              + all.stream().map(one -> one.workload().name()).collect(Collectors.joining(", "))
              + (all.size() == 1 ? " does" : " do")
              + " not go by it");
    }
    try {
      settings.check(knob, value);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(option + " " + knob + ": " + e.getMessage(), e);
    }
  }

  /**
   * The command that makes one run again.
   *
   * @param settings of that run
   * @param schedule where other faults are said than those it had; null for the same
   */
  String replay(long runSeed, SimSettings settings, @Nullable Path schedule) {
    List<String> words = new ArrayList<>(List.of("./hearsay", "sim"));
    words.addAll(flags.classPathWords());
    if (topologyFile != null) {
      words.addAll(List.of("--topology", topologyFile));
    } else {
      words.addAll(List.of("--nodes", String.valueOf(settings.nodes())));
    }
    words.addAll(List.of("--hours", number(settings.knobs().getOrDefault(HOURS, hours()))));
    words.addAll(List.of("--workload", settings.workload().name()));
    words.addAll(flags.recordingWords(settings.workload()));
    String set =
        settings.knobs().entrySet().stream()
            .filter(knob -> !knob.getKey().equals(NODES) && !knob.getKey().equals(HOURS))
            .filter(knob -> settings.isGoneBy(knob.getKey()))
            .map(knob -> knob.getKey() + "=" + number(knob.getValue()))
            .collect(Collectors.joining(","));
    if (!set.isEmpty()) {
      words.addAll(List.of("--set", set));
    }
    if (latencyName != null) {
      words.addAll(List.of("--latency", latencyName));
    }
    if (plantedName != null) {
      words.addAll(List.of("--plant", plantedName));
    }
    if (schedule != null) {
      words.addAll(List.of("--schedule", schedule.toString()));
    } else if (flags.scheduleFile != null) {
      words.addAll(List.of("--schedule", flags.scheduleFile.toString()));
    } else if (flags.faultNames != null) {
      words.addAll(List.of("--faults", faultWords(settings, flags.faultNames)));
    }
    words.addAll(List.of("--seed", String.valueOf(runSeed), "--runs", "1"));
    return command(words);
  }

  /** What goes wrong with that workload alone: not what needs another one. */
  private static String faultWords(SimSettings settings, List<String> names) {
    PossibleFaults possible = PossibleFaults.of(settings);
    String words =
        names.stream()
            .filter(
                name ->
                    FaultKind.find(name)
                        .map(kind -> possible.impossible(kind) == null)
                        .orElse(true))
            .collect(Collectors.joining(","));
    return words.isEmpty() ? "none" : words;
  }

  /** These words as a shell takes them. */
  static String command(List<String> words) {
    return words.stream().map(SimOptions::quoted).collect(Collectors.joining(" "));
  }

  /** As a shell takes it for one word. */
  private static String quoted(String word) {
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String number(double value) {
    return value == Math.rint(value) && value < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }
}
