package dev.hearsay.sim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchReportTest {

  private final BenchReport report =
      new BenchReport(
              "a machine",
              "abc",
              List.of(
                  row("add", "10", "hearsay", 4),
                  row("add", "10", "other", 6),
                  row("add", "20", "hearsay", 12),
                  row("add", "20", "other", 6),
                  row("remove", "10", "other", 6)))
          .withRatios();

  private static BenchReport.Row row(String work, String size, String system, double median) {
    return new BenchReport.Row(work, size, system, median, median * 2, "ns", 5, null, "");
  }

  private @Nullable Double ratio(int row) {
    return report.rows().get(row).ratioToHearsay();
  }

  @Test
  void aRatioIsToHearsayOnTheSameWorkAndSize() {
    assertEquals(1.0, ratio(0));
    assertEquals(1.5, ratio(1));
    assertEquals(1.0, ratio(2));
    assertEquals(0.5, ratio(3));
  }

  @Test
  void whereHearsayWasNotMeasuredThereIsNoRatio() {
    assertNull(ratio(4));
  }

  @Test
  void itsJsonHasTheFieldsThatEveryBenchmarkPrints() throws Exception {
    JsonNode json = new ObjectMapper().valueToTree(report);
    assertEquals(List.of("machine", "commit", "rows"), names(json));
    assertEquals(
        List.of(
            "work", "size", "system", "median", "p99", "unit", "rounds", "ratioToHearsay", "note"),
        names(json.get("rows").get(0)));
    assertEquals(true, json.get("rows").get(4).get("ratioToHearsay").isNull());
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
