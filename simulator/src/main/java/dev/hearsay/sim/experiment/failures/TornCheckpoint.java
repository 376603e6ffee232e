package dev.hearsay.sim.experiment.failures;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.live.LiveMesh;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A crash in the middle of a write. */
final class TornCheckpoint implements FailureMode {
  private static final String SPACE = "checkpoint";
  private static final int KEYS = 20;
  private static final int AMOUNT_MIN = 10_000;
  private static final int AMOUNT_SPREAD = 80_000;

  /** A node takes about a second to start. */
  private static final int RESTARTS_MAX = 20;

  @Override
  public String title() {
    return "checkpoint corruption";
  }

  @Override
  public String story() {
    return "An agent's state, twenty amounts, is written over the file that held it before, and the"
        + " process dies after any byte of it. Most of such files are read without an error, and"
        + " amounts are missing or cut short. In Hearsay a change is journaled with checksums and"
        + " fsync: a real node writes, the journal's file is cut at any byte that the last write"
        + " added, and the node starts again on what is left. It must hold every change that was"
        + " acknowledged before, and the last one as a whole or not at all.";
  }

  @Override
  public Trial plain(int rounds, RandomGenerator random) {
    int wrong = 0;
    for (int round = 0; round < rounds; round++) {
      Map<String, Integer> before = amounts(random);
      Map<String, Integer> after = amounts(random);
      String torn = text(after).substring(0, random.nextInt(text(after).length()));
      Map<String, Integer> read = read(torn);
      wrong += read.equals(before) || read.equals(after) ? 0 : 1;
    }
    return new Trial(wrong, rounds, "restarts with a state that never was");
  }

  private static Map<String, Integer> amounts(RandomGenerator random) {
    Map<String, Integer> amounts = new TreeMap<>();
    for (int i = 0; i < KEYS; i++) {
      amounts.put("account-" + i, AMOUNT_MIN + random.nextInt(AMOUNT_SPREAD));
    }
    return amounts;
  }

  private static String text(Map<String, Integer> amounts) {
    StringBuilder text = new StringBuilder();
    amounts.forEach((name, amount) -> text.append(name).append('=').append(amount).append('\n'));
    return text.toString();
  }

  private static Map<String, Integer> read(String text) {
    Map<String, Integer> amounts = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && equals + 1 < line.length()) {
        amounts.put(line.substring(0, equals), Integer.parseInt(line.substring(equals + 1)));
      }
    }
    return amounts;
  }

  @Override
  public Trial hearsay(int rounds, RandomGenerator random)
      throws ExperimentFailedException, IOException {
    int restarts = Math.min(rounds, RESTARTS_MAX);
    Path directory = Files.createTempDirectory("hearsay-experiment-");
    int wrong = 0;
    try {
      Path whole = directory.resolve("whole");
      try (MeshNode node = start(whole)) {
        Space space = node.agent("agent").space(SPACE);
        for (int round = 1; round <= restarts; round++) {
          write(space, round, random);
          Path log = newestLog(whole);
          byte[] acknowledged = Files.readAllBytes(log);
          // This write is the one that the crash tears.
          write(space, round + restarts, random);
          byte[] written = Files.readAllBytes(log);
          // LevelDB makes the file longer than what it has written, in zeros.
          int from = Arrays.mismatch(acknowledged, written);
          if (from < 0 || !log.equals(newestLog(whole))) {
            throw new ExperimentFailedException("the journal went on in another file: " + log);
          }
          Path torn = directory.resolve("torn-" + round);
          copy(whole, torn);
          cut(
              torn.resolve(whole.relativize(log)),
              random.nextLong(from, lastMismatch(acknowledged, written) + 1));
          wrong += isWhole(torn, round, round + restarts) ? 0 : 1;
          LiveMesh.delete(torn);
        }
      }
    } finally {
      LiveMesh.delete(directory);
    }
    return new Trial(wrong, restarts, "restarts that lack an acknowledged change, or hold half");
  }

  private static int lastMismatch(byte[] before, byte[] after) {
    int last = after.length - 1;
    while (last > 0 && after[last] == (last < before.length ? before[last] : 0)) {
      last--;
    }
    return last;
  }

  private static MeshNode start(Path directory) {
    return MeshNode.builder().name("agent").dataDirectory(directory).listen("127.0.0.1", 0).start();
  }

  /** One change of twenty-one fields: the amounts, and which round they are of. */
  private static void write(Space space, int round, RandomGenerator random) {
    Map<String, Integer> amounts = amounts(random);
    space.update(
        tx -> {
          amounts.forEach((name, amount) -> tx.orMap("amounts", Integer.class).put(name, amount));
          amounts.forEach((name, amount) -> tx.orMap("rounds", Integer.class).put(name, round));
          tx.orSet("done", Integer.class).add(round);
        });
  }

  private static boolean isWhole(Path directory, int acknowledged, int torn) {
    try (MeshNode node = start(directory)) {
      Space space = node.agent("agent").space(SPACE);
      boolean hasTorn = space.orSet("done", Integer.class).contains(torn);
      int round = hasTorn ? torn : acknowledged;
      return space.orSet("done", Integer.class).contains(acknowledged)
          && space.orMap("amounts", Integer.class).keys().size() == KEYS
          && space.orMap("rounds", Integer.class).keys().stream()
              .allMatch(name -> space.orMap("rounds", Integer.class).get(name).orElse(0) == round);
    } catch (HearsayException refused) {
      // To refuse is not to be wrong, but the acknowledged change is out of reach.
      return false;
    }
  }

  private static Path newestLog(Path directory) throws IOException, ExperimentFailedException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".log"))
          .filter(file -> file.getParent().getFileName().toString().equals("leveldb"))
          .max(Comparator.comparing(file -> file.getFileName().toString()))
          .orElseThrow(() -> new ExperimentFailedException("no log in " + directory));
    }
  }

  private static void cut(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file));
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else if (!file.getFileName().toString().equals("LOCK")) {
        Files.copy(file, target);
      }
    }
  }
}
