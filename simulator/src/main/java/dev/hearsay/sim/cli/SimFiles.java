package dev.hearsay.sim.cli;

import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.experiment.icde19.TopologyFile;
import dev.hearsay.sim.world.PossibleFaults;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that {@code hearsay sim} and {@code hearsay lab} read, each refused in one line if it is
 * not what it should be.
 */
final class SimFiles {
  private SimFiles() {}

  /** Reads {@code FILE#NAME}, or the only topology of {@code FILE}. */
  static Topology topology(String spelt) {
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

  /** Reads faults of runs of that. */
  static Schedule schedule(Path file, PossibleFaults possible) {
    Schedule schedule = schedule(file);
    try {
      possible.check(schedule);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--schedule " + file + ": " + e.getMessage(), e);
    }
    return schedule;
  }

  /** Reads faults, of whatever nodes. */
  static Schedule schedule(Path file) {
    requireFile("--schedule", file);
    try {
      return Schedule.read(file);
    } catch (IllegalArgumentException | IOException e) {
      throw new BadInputException("--schedule " + e.getMessage(), e);
    }
  }

  /** Refuses what cannot be read. */
  static void requireFile(String option, Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new BadInputException(option + " " + file + ": no such file, or not readable");
    }
  }
}
