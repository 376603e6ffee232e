package dev.hearsay.sim.bench.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CollectorTest {
  @Test
  void theOneThatTheEnvironmentNamesIsTaken() {
    assertEquals("-XX:+UseParallelGC", Collector.in(Map.of()));
    assertEquals(
        "-XX:+UseParallelGC",
        Collector.in(
            Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseNUMA -XX:+UseMaximumCompactionOnSystemGC")));
    assertEquals(
        "-XX:+UseG1GC", Collector.in(Map.of("JAVA_TOOL_OPTIONS", "-Xss1m -XX:+UseG1GC -Da=b")));
    assertEquals("-XX:+UseZGC", Collector.in(Map.of("_JAVA_OPTIONS", "-XX:+UseZGC")));
  }
}
