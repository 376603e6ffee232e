package dev.hearsay.sim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HealBenchTest {

  @Test
  @Timeout(120)
  void everyWayOfCuttingIsMeasuredAndItsResultChecked() throws Exception {
    List<String> progress = new ArrayList<>();
    BenchReport report = new HealBench(100, 2, 1, 300, progress::add).run();
    assertEquals(2, report.rows().size());
    for (BenchReport.Row row : report.rows()) {
      assertEquals("100 fields changed, 2 nodes", row.size());
      assertEquals("ms", row.unit());
      assertEquals(1, row.rounds());
      assertTrue(row.median() > 0 && row.median() <= row.p99());
    }
    assertTrue(progress.stream().anyMatch(line -> line.contains("round 1 of 1")));
  }

  @Test
  void theMedianAndTheWorstAreTaken() {
    Rounds rounds = new Rounds();
    for (double figure : new double[] {5, 1, 9, 3, 7}) {
      rounds.add(figure);
    }
    assertEquals(5, rounds.median());
    assertEquals(9, rounds.p99());
    assertEquals(5, rounds.count());
  }
}
