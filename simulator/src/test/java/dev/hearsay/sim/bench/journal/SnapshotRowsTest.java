package dev.hearsay.sim.bench.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.BenchReport.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotRowsTest {
  @TempDir Path directory;

  @Test
  void everyWorkHasBytesAndTimeOfBothStores() throws IOException, BenchFailedException {
    List<Row> rows = SnapshotRows.measure(directory, 4_000_000, 2);
    assertEquals(4 * SnapshotWork.values().length, rows.size());
    for (SnapshotWork work : SnapshotWork.values()) {
      List<Row> bytes =
          rows.stream()
              .filter(row -> row.work().endsWith(work.title()) && row.unit().equals("MB"))
              .toList();
      assertEquals(2, bytes.size());
      assertEquals(BenchReport.HEARSAY, bytes.get(0).system());
      assertTrue(bytes.get(1).median() > 3.5, "the whole is written: " + bytes.get(1));
      assertTrue(
          work == SnapshotWork.BYTES_SCATTERED || bytes.get(0).median() < bytes.get(1).median() / 2,
          "what changed is written: " + bytes.get(0));
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
