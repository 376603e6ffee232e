package dev.hearsay.sim.cli;

import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.experiment.icde19.TopologyFile;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code hearsay sim} was asked for, checked.
 *
 * @param nodes null if not said
 * @param workloadNames null for all
 * @param faultNames null for all that is possible
 */
record SimOptions(
    @Nullable Integer nodes,
    double hours,
    @Nullable List<String> workloadNames,
    @Nullable List<String> faultNames,
    @Nullable String topologyFile,
    @Nullable Path scheduleFile,
    long seed,
    long runs,
    boolean soak) {
  private static final int NODES_DEFAULT = 5;
  private static final int NODES_MAX = Gossip.PEERS_MAX;
  private static final double HOURS_MAX = 1_000;
  private static final long RUNS_MAX = 10_000_000;

  /** Values of a knob. */
  record Sweep(String knob, List<Double> values) {}

  /**
   * One for each workload.
   *
   * @throws BadInputException if something is not possible
   */
  List<SimSettings> settings() {
    if (!(hours > 0 && hours <= HOURS_MAX)) {
      throw new BadInputException("--hours must be more than 0 and at most 1000, not " + hours);
    }
    if (runs < 1 || runs > RUNS_MAX) {
      throw new BadInputException("--runs must be between 1 and " + RUNS_MAX + ", not " + runs);
    }
    Topology topology = topologyFile == null ? null : topology(topologyFile);
    int count = nodeCount(topology);
    Schedule schedule = scheduleFile == null ? null : schedule(scheduleFile, count);
    if (schedule != null && faultNames != null) {
      throw new BadInputException("--faults and --schedule: one of the two says what goes wrong");
    }
    List<FaultKind> kinds = schedule == null ? kinds(count, topology != null) : List.of();
    if (schedule != null && topology != null && joins(schedule)) {
      throw new BadInputException(
          "--schedule " + scheduleFile + ": no node can join where --topology says all links");
    }
    List<SimSettings> settings = new ArrayList<>();
    for (Workload workload : workloads()) {
      settings.add(
          new SimSettings(
              count, (long) (hours * 3600e9), workload, kinds, schedule, topology, Map.of()));
    }
    return settings;
  }

  private static boolean joins(Schedule schedule) {
    return schedule.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.JOIN);
  }

  private int nodeCount(@Nullable Topology topology) {
    if (topology == null) {
      int count = nodes == null ? NODES_DEFAULT : nodes;
      if (count < 1 || count > NODES_MAX) {
        throw new BadInputException(
            "--nodes must be between 1 and " + NODES_MAX + ", not " + count);
      }
      return count;
    }
    if (nodes != null && nodes != topology.size()) {
      throw new BadInputException(
          "--nodes " + nodes + ": topology " + topology.name() + " has " + topology.size());
    }
    if (topology.size() > NODES_MAX) {
      throw new BadInputException(
          "--topology: " + topology.size() + " nodes; a mesh has at most " + NODES_MAX);
    }
    return topology.size();
  }

  private List<Workload> workloads() {
    if (workloadNames == null || workloadNames.equals(List.of("all"))) {
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

  private List<FaultKind> kinds(int count, boolean restricted) {
    boolean all = faultNames == null || faultNames.equals(List.of("all"));
    if (!all && faultNames != null && faultNames.equals(List.of("none"))) {
      return List.of();
    }
    List<FaultKind> kinds = new ArrayList<>();
    List<String> names = all || faultNames == null ? FaultKind.labels() : faultNames;
    for (String name : names) {
      FaultKind kind =
          FaultKind.find(name)
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "--faults: '"
                              + name
                              + "' is none of all, none, "
                              + String.join(", ", FaultKind.labels())));
      String why = impossible(kind, count, restricted);
      if (why == null) {
        kinds.add(kind);
      } else if (!all) {
        throw new BadInputException("--faults " + name + ": " + why);
      }
    }
    return kinds;
  }

  private static @Nullable String impossible(FaultKind kind, int count, boolean restricted) {
    return switch (kind) {
      case CUT, ONE_WAY, FLAP, SWIZZLE -> count < 2 ? "a single node has no links" : null;
      case CORRUPT, LOST_DISK, OLD_DISK, CLONE ->
          count < 3 ? "it needs three nodes, so that most of the voters keep their disks" : null;
      case JOIN -> restricted ? "no node can join where --topology says all links" : null;
      case LEAVE ->
          restricted
              ? "no node can leave where --topology says all links"
              : count < 4 ? "it needs a node beside the three that vote" : null;
      default -> null;
    };
  }

  private static Topology topology(String spelt) {
    int hash = spelt.lastIndexOf('#');
    String name = hash < 0 ? "" : spelt.substring(hash + 1);
    Path file = Path.of(hash < 0 ? spelt : spelt.substring(0, hash));
    List<Topology> read;
    try {
      requireFile("--topology", file);
      read = TopologyFile.read(file);
    } catch (IllegalArgumentException | IOException e) {
      throw new BadInputException("--topology " + e.getMessage(), e);
    }
    List<String> names = read.stream().map(Topology::name).toList();
    if (name.isEmpty() && read.size() > 1) {
      throw new BadInputException(
          "--topology " + file + " holds several: name one, " + file + "#" + names.get(0));
    }
    return read.stream()
        .filter(topology -> name.isEmpty() || topology.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "--topology: '" + name + "' is none of " + String.join(", ", names)));
  }

  private static void requireFile(String option, Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new BadInputException(option + " " + file + ": no such file, or not readable");
    }
  }

  private static Schedule schedule(Path file, int count) {
    requireFile("--schedule", file);
    Schedule schedule;
    try {
      schedule = Schedule.read(file);
    } catch (IllegalArgumentException | IOException e) {
      throw new BadInputException("--schedule " + e.getMessage(), e);
    }
    for (Fault fault : schedule.faults()) {
      for (int node : fault.nodes()) {
        if (node >= count && !joins(schedule)) {
          throw new BadInputException(
              "--schedule " + file + ": there is no node n" + node + " among " + count);
        }
      }
    }
    return schedule;
  }

  /**
   * Reads {@code PARAM=A,B,C}.
   *
   * @throws BadInputException if there is no such parameter, or a value is none
   */
  Sweep sweep(String spelt, SimSettings settings) {
    int equals = spelt.indexOf('=');
    String knob = equals < 0 ? spelt : spelt.substring(0, equals);
    if (!SimSettings.KNOBS.containsKey(knob)) {
      throw new BadInputException(
          "--sweep: '" + knob + "' is none of " + String.join(", ", SimSettings.KNOBS.keySet()));
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
    for (double value : values) {
      try {
        settings.check(knob, value);
      } catch (IllegalArgumentException e) {
        throw new BadInputException("--sweep " + knob + ": " + e.getMessage(), e);
      }
    }
    return new Sweep(knob, values);
  }

  /** The command that makes one run again. */
  String replay(long runSeed, Workload workload, @Nullable Path schedule) {
    List<String> words = new ArrayList<>(Arrays.asList("./hearsay", "sim"));
    if (topologyFile != null) {
      words.addAll(List.of("--topology", topologyFile));
    } else {
      words.addAll(List.of("--nodes", String.valueOf(nodes == null ? NODES_DEFAULT : nodes)));
    }
    words.addAll(List.of("--hours", number(hours), "--workload", workload.name()));
    if (schedule != null) {
      words.addAll(List.of("--schedule", schedule.toString()));
    } else if (scheduleFile != null) {
      words.addAll(List.of("--schedule", scheduleFile.toString()));
    } else if (faultNames != null) {
      words.addAll(List.of("--faults", String.join(",", faultNames)));
    }
    words.addAll(List.of("--seed", String.valueOf(runSeed), "--runs", "1"));
    return String.join(" ", words);
  }

  private static String number(double value) {
    return value == Math.rint(value) && value < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }
}
