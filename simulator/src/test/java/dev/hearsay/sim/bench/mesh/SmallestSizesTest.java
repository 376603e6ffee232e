package dev.hearsay.sim.bench.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.bench.BenchReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the benchmarks over real processes measure something, as small as they get. */
@Timeout(180)
class SmallestSizesTest {
  private static final EnumSet<Side> OURS = EnumSet.of(Side.HEARSAY);
  private static final EnumSet<Side> BOTH = EnumSet.of(Side.HEARSAY, Side.DDATA);

  private final List<String> progress = new ArrayList<>();

  private static List<String> kinds(List<BenchReport.Row> rows) {
    rows.forEach(row -> assertTrue(row.median() > 0, row::toString));
    return rows.stream().map(row -> row.system() + " " + row.unit()).toList();
  }

  @Test
  void aWriteIsSeenOnTheOtherNode() throws Exception {
    List<BenchReport.Row> rows =
        new Latency(BOTH, new Latency.Size(20, 2, 20), progress::add).run();
    assertEquals(List.of("hearsay ns", "ddata ns"), kinds(rows));
    assertEquals(List.of(20, 2), rows.stream().map(row -> row.rounds()).toList());
  }

  @Test
  void aFreshNodeCatchesUpOverNoFewerBytesThanTheElementsTake() throws Exception {
    List<BenchReport.Row> rows = new LargeSet(OURS, List.of(200), List.of(), progress::add).run();
    assertEquals(
        List.of("hearsay ns", "hearsay bytes", "hearsay bytes", "hearsay bytes"), kinds(rows));
    assertTrue(rows.get(1).median() >= 200 * 48, () -> rows.get(1).toString());
  }

  @Test
  void nodesThatAreIdleAreHeardAndSaySomething() throws Exception {
    List<BenchReport.Row> rows = new Idle(OURS, 5, 1, progress::add).run();
    assertEquals(List.of("hearsay bytes"), kinds(rows));
    assertEquals("5 quiet spaces or keys, 3 nodes", rows.get(0).size());
  }
}
