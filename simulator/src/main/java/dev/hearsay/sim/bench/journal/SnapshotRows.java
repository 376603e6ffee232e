package dev.hearsay.sim.bench.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.hearsay.persistence.PersistenceMetrics;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.BenchReport.Row;
import dev.hearsay.sim.bench.Machine;
import dev.hearsay.sim.bench.Rounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;

/**
 * What a snapshot of a large state costs after a hundredth of it changed: bytes written and time,
 * beside Pekko's local snapshot store, which writes the whole. Each is saved through Pekko, and
 * loaded and compared at the end.
 */
public final class SnapshotRows {
  private static final String LOCAL = "Pekko's local store";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final double MEGABYTE = 1e6;

  private SnapshotRows() {}

  /**
   * Measures.
   *
   * @param directory where to write; what is written is deleted
   * @param stateBytes about how large the state is, at least a million
   * @param rounds snapshots after the first
   * @return rows with ratios: bytes in MB of 1,000,000 bytes and time in ms, for each kind of
   *     change
   */
  public static List<Row> measure(Path directory, long stateBytes, int rounds)
      throws IOException, BenchFailedException {
    List<Row> rows = new ArrayList<>();
    for (SnapshotWork work : SnapshotWork.values()) {
      Path own = Files.createTempDirectory(directory, "snapshots");
      ActorSystem system = ActorSystem.create("snapshots", config(own));
      try {
        rows.addAll(measure(system, own, work, stateBytes, rounds));
      } finally {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        delete(own);
      }
    }
    return new BenchReport("", "", rows).withRatios().rows();
  }

  private static List<Row> measure(
      ActorSystem system, Path directory, SnapshotWork work, long stateBytes, int rounds)
      throws IOException, BenchFailedException {
    ActorRef ours = store(system, "hearsay.snapshot-store");
    ActorRef local = store(system, "pekko.persistence.snapshot-store.local");
    PersistenceMetrics metrics = PersistenceMetrics.get(system);
    SnapshotWork.State state = work.begin(stateBytes);
    Figures hearsay = new Figures();
    Figures pekko = new Figures();
    double firstMillis = save(ours, 0, state.snapshot());
    final double first = metrics.snapshotBytes() / MEGABYTE;
    final double whole = metrics.snapshotStateBytes() / MEGABYTE;
    for (int round = 1; round <= rounds; round++) {
      state.change();
      long before = metrics.snapshotBytes();
      hearsay.millis.add(save(ours, round, state.snapshot()));
      hearsay.megabytes.add((metrics.snapshotBytes() - before) / MEGABYTE);
      long localBefore = bytes(directory.resolve("local"));
      pekko.millis.add(save(local, round, state.snapshot()));
      pekko.megabytes.add((bytes(directory.resolve("local")) - localBefore) / MEGABYTE);
    }
    if (!state.isSame(load(ours))) {
      throw new BenchFailedException("the snapshot that was loaded is not the one that was saved");
    }
    String note =
        String.format(
            Locale.ROOT,
            "the first took %.1f MB and %.0f ms; state %.1f MB; all that may be shared is written"
                + " twice",
            first,
            firstMillis,
            whole);
    String size = String.format(Locale.ROOT, "%.0f MB", stateBytes / MEGABYTE);
    List<Row> rows = new ArrayList<>();
    rows.add(row(work, size, BenchReport.HEARSAY, hearsay.megabytes, "MB", note));
    rows.add(row(work, size, LOCAL, pekko.megabytes, "MB", "writes the whole, without fsync"));
    rows.add(row(work, size, BenchReport.HEARSAY, hearsay.millis, "ms", "read back and fsynced"));
    rows.add(row(work, size, LOCAL, pekko.millis, "ms", "writes the whole, without fsync"));
    return rows;
  }

  private static final class Figures {
    final Rounds megabytes = new Rounds();
    final Rounds millis = new Rounds();
  }

  private static Row row(
      SnapshotWork work, String size, String system, Rounds rounds, String unit, String note) {
    return new Row(
        "snapshot: " + work.title(),
        size,
        system,
        rounds.median(),
        rounds.p99(),
        unit,
        rounds.count(),
        null,
        note);
  }

  private static Config config(Path directory) {
    return ConfigFactory.parseString(
            """
            pekko.loglevel = ERROR
            pekko.stdout-loglevel = OFF
            pekko.actor.allow-java-serialization = off
            pekko.actor.serializers.space = "dev.hearsay.mesh.runtime.SpaceSnapshotSerializer"
            pekko.actor.serialization-bindings { "dev.hearsay.crdt.SpaceState" = space }
            """)
        .withValue("hearsay.snapshot-store.dir", value(directory.resolve("hearsay")))
        .withValue("pekko.persistence.snapshot-store.local.dir", value(directory.resolve("local")))
        .withFallback(ConfigFactory.defaultReference(SnapshotRows.class.getClassLoader()))
        .resolve();
  }

  private static com.typesafe.config.ConfigValue value(Path path) {
    return ConfigValueFactory.fromAnyRef(path.toString());
  }

  private static ActorRef store(ActorSystem system, String plugin) {
    return Persistence.get(system).snapshotStoreFor(plugin, ConfigFactory.empty());
  }

  private static double save(ActorRef store, long sequenceNr, Object snapshot)
      throws BenchFailedException {
    SnapshotMetadata metadata = SnapshotMetadata.apply("state", sequenceNr);
    long start = System.nanoTime();
    Object answer = ask(store, new SnapshotProtocol.SaveSnapshot(metadata, snapshot));
    if (!(answer instanceof SaveSnapshotSuccess)) {
      throw new BenchFailedException("a snapshot was not saved: " + answer);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static Object load(ActorRef store) throws BenchFailedException {
    Object answer =
        ask(
            store,
            new SnapshotProtocol.LoadSnapshot(
                "state",
                org.apache.pekko.persistence.SnapshotSelectionCriteria.latest(),
                Long.MAX_VALUE));
    if (answer instanceof SnapshotProtocol.LoadSnapshotResult result
        && result.snapshot().isDefined()) {
      return result.snapshot().get().snapshot();
    }
    throw new BenchFailedException("a snapshot was not loaded: " + answer);
  }

  private static Object ask(ActorRef store, Object message) throws BenchFailedException {
    try {
      return Patterns.ask(store, message, PATIENCE).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new BenchFailedException("a snapshot store does not answer: " + e.getCause());
    }
  }

  private static long bytes(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(SnapshotRows::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  /** Prints the rows; arguments: the state's bytes (100,000,000) and rounds (10). */
  public static void main(String[] arguments) throws IOException, BenchFailedException {
    long stateBytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    System.out.println(Machine.description() + ", commit " + Machine.commit());
    for (Row row : measure(Path.of(System.getProperty("java.io.tmpdir")), stateBytes, rounds)) {
      System.out.printf(
          Locale.ROOT,
          "%-55s %8s %-20s median %8.2f  p99 %8.2f %s  x%.2f  %s%n",
          row.work(),
          row.size(),
          row.system(),
          row.median(),
          row.p99(),
          row.unit(),
          row.ratioToHearsay(),
          row.note());
    }
  }
}
