package dev.hearsay.sim.bench.journal;

import dev.hearsay.persistence.PersistenceMetrics;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Machine;
import dev.hearsay.sim.bench.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;

/**
 * How fast the journal stores and recovers events, with an fsync before every acknowledgement,
 * beside Pekko's own LevelDB plugin: both in one JVM and one actor system, under the same
 * persistent actors, in rounds by turns, so that the disk's moods hit both. Raw LevelDB writes
 * records of the same size and order of keys in batches as the journal's were on average. How many
 * events the actors alone pass on is measured with {@link NoStorage}.
 */
public final class JournalBench {
  static final List<Integer> ENTITIES = List.of(1, 8, 64, 512);
  static final List<Integer> EVENT_BYTES = List.of(128, 4_096);
  private static final int RECOVERY_EVENT_BYTES = 128;

  /** Nothing looks into an event that is not stored: one size is enough. */
  private static final int NO_STORAGE_EVENT_BYTES = 128;

  private final Path directory;
  private final Effort effort;
  private final Consumer<String> progress;
  private final List<BenchReport.Row> rows = new ArrayList<>();

  /**
   * Sets up the benchmark.
   *
   * @param parent where it makes a directory for its journals, which it deletes at the end; on a
   *     disk, for on a file system in memory an fsync costs nothing
   * @param quick shorter and fewer rounds, a tenth of the events to recover
   * @param progress told a line for each case
   */
  public JournalBench(Path parent, boolean quick, Consumer<String> progress) throws IOException {
    this(parent, quick ? Effort.quick() : Effort.full(), progress);
  }

  JournalBench(Path parent, Effort effort, Consumer<String> progress) throws IOException {
    this.directory = Files.createTempDirectory(parent, "hearsay-bench-journal-");
    this.effort = effort;
    this.progress = progress;
  }

  /** Measures everything. */
  public BenchReport run() throws BenchFailedException, IOException {
    String disk = Files.getFileStore(directory).type();
    try {
      warmUp();
      for (int entities : ENTITIES) {
        for (int bytes : EVENT_BYTES) {
          write(entities, bytes);
        }
      }
      recover();
      progress.accept("snapshots");
      rows.addAll(SnapshotRows.measure(directory, effort.snapshotBytes(), effort.snapshotRounds()));
      return new BenchReport(Machine.description() + ", " + disk, Machine.commit(), rows)
          .withRatios();
    } finally {
      delete(directory);
    }
  }

  /** The JVM's second compiler has seen both plugins before anything counts. */
  private void warmUp() throws BenchFailedException, IOException {
    progress.accept("warming up");
    Path fresh = fresh();
    try (Entities system = new Entities(fresh)) {
      for (Plugin plugin : Plugin.STORING) {
        List<ActorRef> entities = system.start(plugin, 64, 128);
        for (int i = 0; i < effort.warmups() * 2; i++) {
          system.write(entities, effort.roundMillis() * 2);
          system.write(entities.subList(0, 1), effort.roundMillis() * 2); // goes another way
        }
      }
    }
    delete(fresh);
  }

  private void write(int count, int bytes) throws BenchFailedException, IOException {
    Map<Plugin, Rounds> figures = new EnumMap<>(Plugin.class);
    Map<Plugin, Rounds> latencies = new EnumMap<>(Plugin.class);
    Rounds raw = new Rounds();
    Rounds redisFigures = new Rounds();
    Path fresh = fresh();
    Batches batches;
    try (Entities system = new Entities(fresh);
        RawLevelDb leveldb = new RawLevelDb(fresh.resolve("raw"), count);
        Redis redis = Redis.start(fresh, count, bytes)) {
      Map<Plugin, List<ActorRef>> entities = new EnumMap<>(Plugin.class);
      List<Plugin> plugins =
          bytes == NO_STORAGE_EVENT_BYTES ? List.of(Plugin.values()) : Plugin.STORING;
      for (Plugin plugin : plugins) {
        entities.put(plugin, system.start(plugin, count, bytes));
        figures.put(plugin, new Rounds());
        latencies.put(plugin, new Rounds());
      }
      Batches warm = Batches.of(system.metrics());
      for (int round = 0; round < effort.warmups() + effort.rounds(); round++) {
        boolean counts = round >= effort.warmups();
        for (Plugin plugin : order(round, plugins)) {
          WriteRound written = system.write(entities.get(plugin), effort.roundMillis());
          if (counts) {
            figures.get(plugin).add(written.eventsPerSecond());
            for (long nanos : count == 1 ? written.latencyNanos() : new long[0]) {
              latencies.get(plugin).add((double) nanos);
            }
          }
        }
        Batches sofar = Batches.of(system.metrics()).since(warm);
        double rawRecords =
            leveldb.write(sofar.records(), sofar.recordBytes(), effort.roundMillis());
        if (counts) {
          raw.add(rawRecords);
        }
        if (redis.isThere()) {
          double written = redis.write(effort.roundMillis());
          if (counts) {
            redisFigures.add(written);
          }
        }
      }
      batches = Batches.of(system.metrics()).since(warm);
    }
    delete(fresh);
    report(count, bytes, figures, latencies, batches);
    if (figures.containsKey(Plugin.NO_STORAGE)) {
      row(
          "store",
          size(count, bytes),
          Plugin.NO_STORAGE.system(),
          figures.get(Plugin.NO_STORAGE),
          "events/s",
          "the ceiling of the actors: nothing is stored");
    }
    row("store", size(count, bytes), "leveldb", raw, "events/s", batches.text());
    if (redisFigures.count() > 0) {
      row("store", size(count, bytes), "redis", redisFigures, "events/s", "appendfsync always");
    }
  }

  private void report(
      int count,
      int bytes,
      Map<Plugin, Rounds> figures,
      Map<Plugin, Rounds> latencies,
      Batches batches) {
    for (Plugin plugin : Plugin.STORING) {
      row(
          "store",
          size(count, bytes),
          plugin.system(),
          figures.get(plugin),
          "events/s",
          plugin == Plugin.HEARSAY ? batches.text() : "");
    }
    if (count == 1) {
      for (Plugin plugin : Plugin.STORING) {
        row("latency", size(count, bytes), plugin.system(), latencies.get(plugin), "ns", "");
      }
    }
  }

  private void recover() throws BenchFailedException, IOException {
    Path fresh = fresh();
    int events = effort.recoveryEvents();
    try (Entities system = new Entities(fresh)) {
      for (Plugin plugin : Plugin.STORING) {
        system.fill(system.start(plugin, 1, RECOVERY_EVENT_BYTES).get(0), events);
      }
    }
    Map<Plugin, Rounds> figures = new EnumMap<>(Plugin.class);
    try (Entities system = new Entities(fresh)) {
      for (int round = 0; round <= effort.recoveryRounds(); round++) {
        for (Plugin plugin : order(round, Plugin.STORING)) {
          long nanos = system.recover(plugin, "bench-0", events);
          if (round > 0) {
            figures.computeIfAbsent(plugin, p -> new Rounds()).add(events / (nanos / 1e9));
          }
        }
      }
    }
    delete(fresh);
    for (Plugin plugin : Plugin.STORING) {
      row(
          "recover",
          String.format(Locale.ROOT, "%,d events of %d B", events, RECOVERY_EVENT_BYTES),
          plugin.system(),
          figures.getOrDefault(plugin, new Rounds()),
          "events/s",
          plugin == Plugin.PEKKO ? "its checksums are off, as it has them by default" : "");
    }
  }

  private static List<Plugin> order(int round, List<Plugin> plugins) {
    List<Plugin> order = new ArrayList<>(plugins);
    Collections.rotate(order, round);
    return order;
  }

  private static String size(int count, int bytes) {
    return count + (count == 1 ? " entity, " : " entities, ") + bytes + " B";
  }

  private void row(
      String work, String size, String system, Rounds figures, String unit, String note) {
    rows.add(
        new BenchReport.Row(
            work,
            size,
            system,
            figures.median(),
            figures.p99(),
            unit,
            figures.count(),
            null,
            note));
    progress.accept(
        String.format(
            Locale.ROOT, "%s, %s, %s: %,.0f %s", work, size, system, figures.median(), unit));
  }

  private Path fresh() throws IOException {
    return Files.createTempDirectory(directory, "case-");
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The journal's batches in a case. */
  private record Batches(long batches, long events, long bytes) {
    static Batches of(PersistenceMetrics metrics) {
      return new Batches(metrics.batches(), metrics.events(), metrics.batchBytes());
    }

    Batches since(Batches before) {
      return new Batches(batches - before.batches, events - before.events, bytes - before.bytes);
    }

    int records() {
      return (int) Math.max(1, Math.round((double) events / Math.max(1, batches)));
    }

    int recordBytes() {
      return (int) Math.max(1, bytes / Math.max(1, events));
    }

    String text() {
      return records() + (records() == 1 ? " event" : " events") + " a batch";
    }
  }
}
