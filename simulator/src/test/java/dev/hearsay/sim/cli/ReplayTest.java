package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.sessions.RecordingReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs over real processes. */
@Timeout(180)
class ReplayTest {

  private static final List<String> KEYS =
      List.of(
          "nodes",
          "sessions",
          "messages",
          "acknowledged",
          "lost",
          "duplicated",
          "converged",
          "causalViolations",
          "cutMillis",
          "healMillis",
          "kills",
          "restartMillis",
          "changesPerSecond",
          "durationMillis",
          "stateDigest");

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String file = "";

  @BeforeEach
  void copySample() throws IOException {
    Path copy = directory.resolve("sessions.jsonl");
    try (InputStream sample = RecordingReader.class.getResourceAsStream("sample.jsonl")) {
      Files.copy(Objects.requireNonNull(sample), copy);
    }
    file = copy.toString();
  }

  @Test
  void theDemoEndsWithNothingLostOnAnyNode() throws IOException {
    assertEquals(
        ExitStatus.OK,
        run("demo", "--json", "--rate", "40", "--cut-millis", "2000"),
        err::toString);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    List<String> keys = new ArrayList<>();
    report.fieldNames().forEachRemaining(keys::add);
    assertEquals(KEYS, keys);
    assertPerfect(report);
    assertEquals(1, report.get("kills").asInt());
    assertTrue(report.get("cutMillis").asInt() >= 2_000);
    assertTrue(report.get("restartMillis").asInt() > 0);
    assertEquals(1, out.toString().lines().count(), "one JSON object and nothing else");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aReplayLosesNothingWhateverTheSeed(long seed) throws IOException {
    assertEquals(
        ExitStatus.OK,
        run("replay", file, "--json", "-q", "--cut-millis", "1500", "--seed", "" + seed),
        err::toString);
    assertPerfect(new ObjectMapper().readTree(out.toString()));
    assertEquals("", err.toString(), "quiet");
  }

  @ParameterizedTest
  @CsvSource({
    "drop, lost, LOST",
    "duplicate, duplicated, DUPLICATED",
    "reorder, causalViolations, CAUSAL"
  })
  void aPlantedFaultFailsTheReplay(String plant, String key, String finding) throws IOException {
    assertEquals(
        ExitStatus.FAILED,
        run(
            "replay",
            file,
            "--json",
            "--cut",
            "0",
            "--kill",
            "0",
            "--settle-millis",
            "2000",
            "--plant",
            plant));
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertTrue(report.get(key).asInt() > 0, report::toString);
    assertTrue(err.toString().contains(finding), err::toString);
    assertTrue(err.toString().contains("FAILED"), err::toString);
  }

  @Test
  void aWatcherIsToldWhatHappensAndHowItEnded() {
    Path kept = directory.resolve("kept");
    assertEquals(
        ExitStatus.OK,
        run(
            "replay",
            file,
            "--cut-millis",
            "1000",
            "--cut-mode",
            "freeze",
            "--keep",
            kept.toString()),
        err::toString);
    String told = out.toString();
    for (String part :
        List.of(
            "node-3 runs at 127.0.0.12:",
            "is cut off from all others (bytes no longer pass)",
            "the cut heals",
            "is killed with SIGKILL",
            "recovered from its journal",
            "all nodes hold the same memory",
            "PASSED")) {
      assertTrue(told.contains(part), () -> "'" + part + "' is missing in\n" + told);
    }
    assertTrue(Files.exists(kept.resolve("node-1").resolve("node.log")));
    assertFalse(told.contains("\u001b"), "no escape codes outside of a terminal");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void anyNumberOfNodesWill(int nodes) throws IOException {
    assertEquals(
        ExitStatus.OK,
        run("replay", file, "--json", "-q", "--cut-millis", "500", "--nodes", "" + nodes),
        err::toString);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertPerfect(report);
    assertEquals(nodes, report.get("stateDigest").size());
  }

  private static void assertPerfect(JsonNode report) {
    assertEquals(8, report.get("sessions").asInt());
    assertEquals(121, report.get("messages").asInt());
    assertEquals(121, report.get("acknowledged").asInt());
    assertEquals(0, report.get("lost").asInt());
    assertEquals(0, report.get("duplicated").asInt());
    assertEquals(0, report.get("causalViolations").asInt());
    assertTrue(report.get("converged").asBoolean());
    Set<String> digests = new HashSet<>();
    report.get("stateDigest").forEach(digest -> digests.add(digest.asText()));
    assertEquals(1, digests.size());
    assertEquals(report.get("nodes").asInt(), report.get("stateDigest").size());
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
