package dev.hearsay.sim.bench.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.bench.BenchReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HealingTest {

  @Test
  @Timeout(180)
  void bothSidesHealAndAreMeasuredAlike() throws Exception {
    List<String> progress = new ArrayList<>();
    List<BenchReport.Row> rows =
        new Healing(
                EnumSet.of(Side.HEARSAY, Side.DDATA_TUNED),
                List.of(new Healing.Size(2, 60, 1)),
                progress::add)
            .run();
    assertEquals(
        List.of(
            "hearsay ns",
            "hearsay bytes",
            "the missing changes bytes",
            "ddata-200ms ns",
            "ddata-200ms bytes"),
        rows.stream().map(row -> row.system() + " " + row.unit()).toList());
    for (BenchReport.Row row : rows) {
      assertEquals("60 fields changed, 2 nodes", row.size());
      assertTrue(row.median() > 0, row::toString);
    }
    double missing = rows.get(2).median();
    assertTrue(rows.get(1).median() > missing, () -> "fewer bytes than were missing: " + rows);
    assertTrue(progress.stream().anyMatch(line -> line.contains("round 1 of 1")));
  }
}
