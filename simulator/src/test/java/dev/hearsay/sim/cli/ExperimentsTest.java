package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.report.Pages;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment runs, finds what must hold, and shows all of it. */
class ExperimentsTest {
  private static final Map<String, List<String>> DRAWN =
      Map.of(
          "heal", List.of("hearsay", "ddata-200ms", "bytes", "length of the cut (s)"),
          "icde19", List.of("hearsay", "state", "classicDelta", "deltaBpRr", "scuttlebutt"),
          "scale", List.of("median change", "as log N", "bytes a node", "real", "virtual"),
          "partition-map",
              List.of(
                  "write LOCAL",
                  "read QUORUM",
                  "write ALL",
                  "no cut: anybody",
                  "one hears nobody: the one",
                  "one comes and goes: the one",
                  "refused"),
          "failure-modes",
              List.of(
                  "lost update",
                  "stale read",
                  "checkpoint corruption",
                  "deadlock",
                  "unbounded history",
                  "context overflow",
                  "fits the context"),
          "calibrate", List.of("real", "virtual", "heal of a cut", "idle"));

  @TempDir private Path directory;

  static List<String> names() {
    return Experiments.ALL.stream().map(Experiment::name).toList();
  }

  @Test
  void allAreThere() {
    assertEquals(
        List.of("heal", "icde19", "scale", "partition-map", "failure-modes", "calibrate"), names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsAndShowsWhatItFound(String name) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            "experiment",
            name,
            "--quick",
            "--json",
            "--out",
            directory.toString());
    assertEquals(ExitStatus.OK, status, () -> out + "\n" + err);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertEquals(
        "./hearsay experiment " + name + " --quick --seed 1", report.path("command").asText());
    assertTrue(!report.path("checks").isEmpty(), "nothing is checked");
    int rows = report.path("rows").size();
    assertTrue(rows > 0, "no rows");
    assertEquals(rows + 1, Files.readAllLines(directory.resolve(name + ".csv")).size());

    String page = Files.readString(directory.resolve(name + ".html"));
    assertEquals(List.of(), Pages.faults(page));
    List<String> texts = Pages.plotTexts(page);
    assertTrue(
        texts.containsAll(DRAWN.getOrDefault(name, List.of("?"))), () -> "not drawn: " + texts);
    assertTrue(!err.toString().isBlank(), "no progress was told");
  }
}
