package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.Schedule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sweep says of runs whose nodes were never equal. */
class SimSweepTest {
  private static RunResult run(long seed, long healNanos) {
    return new RunResult(
        seed, Schedule.NONE, null, 7, 1, 2, 3, 9_000_000_000L, healNanos, 4, 1 << 20, 0, List.of());
  }

  @Test
  void aMeanIsOfThoseThatWereEqualAndTheOthersAreCounted() {
    SimSweep sweep =
        SimSweep.of(new SimOptions.Sweep("loss", List.of(0.0, 0.5, 0.9)), value -> List.of());
    sweep.add(0, "sets", run(1, 3_000_000_000L));
    sweep.add(0, "gset", run(2, 5_000_000_000L));
    sweep.add(0.5, "sets", run(1, 4_000_000_000L));
    sweep.add(0.5, "gset", run(2, -1));
    sweep.add(0.9, "sets", run(1, -1));
    String row = sweep.add(0.9, "gset", run(2, -1));
    assertTrue(row.strip().matches("0\\.9 +2 +gset +never .*"), row);

    ObjectMapper json = new ObjectMapper();
    JsonNode rows = json.valueToTree(sweep.rows());
    assertEquals("gset", rows.get(1).get("workload").asText());
    assertTrue(rows.get(3).get("healSeconds").isNull());
    JsonNode intervals = json.valueToTree(sweep.intervals());
    assertEquals(4, intervals.get(0).get("healSeconds").get("mean").asDouble());
    assertEquals(0, intervals.get(0).get("never").asInt());
    assertEquals(1, intervals.get(1).get("healSeconds").get("count").asInt());
    assertEquals(1, intervals.get(1).get("never").asInt());
    assertEquals(2, intervals.get(2).get("never").asInt());
    JsonNode none = intervals.get(2).get("healSeconds");
    assertEquals(0, none.get("count").asInt());
    for (String name : List.of("mean", "low", "high")) {
      assertTrue(none.get(name).isNull(), none::toString);
    }

    List<String> table = sweep.table();
    assertTrue(table.get(3).strip().matches("0\\.9 +- +2 +1\\.00 .*"), table::toString);
    assertTrue(table.get(4).contains("runs that were never equal are not in"), table::toString);
  }
}
