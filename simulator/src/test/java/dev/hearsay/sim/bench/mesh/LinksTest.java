package dev.hearsay.sim.bench.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LinksTest {

  @Test
  @Timeout(120)
  void crossingsAreCountedBesideTheFloor() throws Exception {
    List<BenchReport.Row> rows =
        new Links(EnumSet.of(Side.HEARSAY), 1, Topology.mesh(15), line -> {}).run();
    assertEquals(
        List.of("hearsay", "the floor", "hearsay", "the floor"),
        rows.stream().map(BenchReport.Row::system).toList());
    double settled = rows.get(0).median();
    double floor = rows.get(1).median();
    double settling = rows.get(2).median();
    assertEquals(14, floor);
    assertTrue(settled >= floor && settled <= 1.1 * floor, rows::toString);
    // Before the trees are pruned changes come twice: what was counted is not the floor itself.
    assertTrue(settling > settled, rows::toString);
  }
}
