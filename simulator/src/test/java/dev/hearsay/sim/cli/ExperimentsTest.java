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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
          "calibrate",
              List.of("real", "virtual", "after the last fault", "a change, under faults"));

  /** What the command left. */
  private record Ran(int status, String out, String err) {}

  /** Most of an experiment is waiting, for cuts to be noticed and for what cannot come. */
  private static final int AT_ONCE = 3;

  @TempDir private static Path directory;

  private static final ExecutorService THREADS = Executors.newFixedThreadPool(AT_ONCE);
  private static final Map<String, Future<Ran>> RUNS = new HashMap<>();

  static List<String> names() {
    return Experiments.ALL.stream().map(Experiment::name).toList();
  }

  /** The longest first. */
  @BeforeAll
  static void begin() {
    List<String> order = new ArrayList<>(List.of("heal", "partition-map"));
    names().stream().filter(name -> !order.contains(name)).forEach(order::add);
    order.forEach(name -> RUNS.put(name, THREADS.submit(() -> run(name))));
  }

  @AfterAll
  static void end() {
    THREADS.shutdownNow();
  }

  private static Ran run(String name) {
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
    return new Ran(status, out.toString(), err.toString());
  }

  @Test
  void allAreThere() {
    assertEquals(
        List.of("heal", "icde19", "scale", "partition-map", "failure-modes", "calibrate"), names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsAndShowsWhatItFound(String name) throws Exception {
    Ran ran = RUNS.get(name).get();
    assertEquals(ExitStatus.OK, ran.status(), () -> ran.out() + "\n" + ran.err());
    JsonNode report = new ObjectMapper().readTree(ran.out());
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
    assertTrue(!ran.err().isBlank(), "no progress was told");
  }
}
