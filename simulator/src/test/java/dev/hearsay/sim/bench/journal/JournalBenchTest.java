package dev.hearsay.sim.bench.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark measures what it says with every system; how fast does not matter here. */
class JournalBenchTest {

  @TempDir private Path directory;

  @Test
  void everyCaseIsMeasuredWithEverySystemAndNothingIsLeft() throws Exception {
    BenchReport report =
        new JournalBench(directory, new Effort(0, 1, 20, 2_000, 1, 1_000_000, 1), line -> {}).run();
    Set<String> measured =
        report.rows().stream()
            .map(row -> row.work() + ", " + row.size() + ", " + row.system())
            .collect(Collectors.toCollection(TreeSet::new));
    for (int entities : JournalBench.ENTITIES) {
      for (int bytes : JournalBench.EVENT_BYTES) {
        for (String system : List.of("hearsay", "pekko", "leveldb")) {
          String size = entities + (entities == 1 ? " entity, " : " entities, ") + bytes + " B";
          assertTrue(measured.contains("store, " + size + ", " + system), measured::toString);
        }
      }
    }
    assertTrue(measured.contains("store, 512 entities, 128 B, actors alone"), measured::toString);
    assertTrue(measured.contains("latency, 1 entity, 128 B, pekko"), measured::toString);
    assertTrue(measured.contains("recover, 2,000 events of 128 B, hearsay"), measured::toString);
    for (BenchReport.Row row : report.rows()) {
      assertTrue(row.median() > 0, row::toString);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void aRoundThatEndsBeforeTheDiskAnswersWaitsForOneEvent() throws Exception {
    try (Entities entities = new Entities(directory)) {
      for (Plugin plugin : Plugin.STORING) {
        WriteRound round = entities.write(entities.start(plugin, 1, 10), 0);
        assertTrue(round.latencyNanos().length > 0, plugin::system);
        assertTrue(round.eventsPerSecond() > 0, plugin::system);
      }
    }
  }

  @Test
  void aRecoveryThatLacksEventsFails() throws Exception {
    try (Entities entities = new Entities(directory)) {
      entities.fill(entities.start(Plugin.HEARSAY, 1, 10).get(0), 100);
      assertThrows(
          BenchFailedException.class, () -> entities.recover(Plugin.HEARSAY, "bench-0", 101));
      assertTrue(entities.recover(Plugin.HEARSAY, "bench-0", 100) > 0);
    }
  }
}
