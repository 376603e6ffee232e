package dev.hearsay.sim.cli;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.sessions.Plant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that demo and replay share. */
final class ReplayFlags {

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Node processes, 1 to 15 (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--cut",
      paramLabel = "N",
      description =
          "How often a node is cut off from all others for a while (default: 1; 0 with one node).")
  @Nullable Integer cuts;

  @Option(
      names = "--kill",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How often a node is killed with SIGKILL while it writes, and started again (default:"
              + " ${DEFAULT-VALUE}).")
  int kills;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "Seed of all choices: who writes when, who is cut off and killed, and when (default:"
              + " ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--cut-millis",
      paramLabel = "MS",
      defaultValue = "5000",
      description =
          "How long a cut lasts; its share of the messages is spread over this time (default:"
              + " ${DEFAULT-VALUE}).")
  int cutMillis;

  @Option(
      names = "--cut-mode",
      paramLabel = "MODE",
      description =
          "close: connections are dropped and refused; freeze: they stay and bytes wait"
              + " (default: as the seed has it).")
  @Nullable CutMode cutMode;

  @Option(
      names = "--patience-millis",
      paramLabel = "MS",
      defaultValue = "250",
      description =
          "How long an agent waits for the message it replies to before it writes with what it has"
              + " seen (default: ${DEFAULT-VALUE}).")
  int patienceMillis;

  @Option(
      names = "--settle-millis",
      paramLabel = "MS",
      defaultValue = "60000",
      description = "How long the nodes may take to agree in the end (default: ${DEFAULT-VALUE}).")
  int settleMillis;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Leave the nodes' data directories and logs in this empty or new directory.")
  @Nullable Path keep;

  @Option(names = "--json", description = "Print one JSON object on stdout and nothing else there.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the result only.")
  boolean quiet;

  @Option(
      names = "--plant",
      hidden = true,
      description = "Have one node drop, duplicate or reorder a message: the run must fail.")
  @Nullable Plant plant;

  ReplayOptions options(int messagesPerSecond) {
    between("--nodes", nodes, 1, ReplayOptions.NODES_MAX);
    int cutCount = cuts != null ? cuts : nodes > 1 ? 1 : 0;
    between("--cut", cutCount, 0, 100);
    between("--kill", kills, 0, 100);
    between("--cut-millis", cutMillis, 1, 3_600_000);
    between("--patience-millis", patienceMillis, 0, 60_000);
    between("--settle-millis", settleMillis, 1, 3_600_000);
    between("--rate", messagesPerSecond, 0, 1_000_000);
    if (cutCount > 0 && nodes == 1) {
      throw new BadInputException("--cut needs at least two nodes: one has no links to cut");
    }
    if (plant != null && !Plant.OF_SESSIONS.contains(plant)) {
      throw new BadInputException("--plant " + plant + " is none of " + Plant.OF_SESSIONS);
    }
    return new ReplayOptions(
        nodes,
        cutCount,
        kills,
        seed,
        messagesPerSecond,
        cutMillis,
        cutMode,
        patienceMillis,
        settleMillis,
        checkedKeep(),
        plant);
  }

  private @Nullable Path checkedKeep() {
    if (keep == null) {
      return null;
    }
    try {
      Files.createDirectories(keep);
      try (Stream<Path> entries = Files.list(keep)) {
        if (entries.findAny().isPresent()) {
          throw new BadInputException("--keep " + keep + ": the directory is not empty");
        }
      }
      if (!Files.isWritable(keep)) {
        throw new BadInputException("--keep " + keep + ": the directory is not writable");
      }
      return keep;
    } catch (IOException e) {
      throw new BadInputException("--keep " + keep + ": cannot be a directory", e);
    }
  }

  private static void between(String flag, int value, int min, int max) {
    if (value < min || value > max) {
      throw new BadInputException(
          flag + " must be between " + min + " and " + max + ", not " + value);
    }
  }
}
