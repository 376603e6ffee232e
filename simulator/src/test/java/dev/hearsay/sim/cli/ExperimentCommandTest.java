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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments end in a page, a CSV and JSON, and bad input in one line before anything runs. */
class ExperimentCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private void refuses(String why, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(ExitStatus.BAD_INPUT, run(arguments));
    assertEquals("", out.toString());
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(why), err::toString);
  }

  @Test
  void whatCannotBeRunIsRefusedWithWhatThereIs() throws Exception {
    refuses("an experiment is missing: " + Experiments.names(), "experiment");
    refuses("experiment 'speed' is none of " + Experiments.names(), "experiment", "speed");
    Path file = Files.writeString(directory.resolve("file"), "x");
    refuses(
        "--out " + file + ": not a folder that can be written to",
        "experiment",
        "icde19",
        "--out",
        file.toString());
    refuses(
        "is not JSON",
        "experiment",
        "icde19",
        "--out",
        directory.toString(),
        "--topology",
        file.toString());
    refuses(
        "--topology: cannot be read",
        "experiment",
        "icde19",
        "--out",
        directory.toString(),
        "--topology",
        directory.resolve("missing").toString());
  }

  @Test
  void aScheduleIsReadBeforeAnythingRuns() throws Exception {
    Path file = directory.resolve("schedule");
    String[] words = {"experiment", "calibrate", "--quick", "--schedule", file.toString()};
    refuses("--schedule " + file + ": no such file", words);
    Files.writeString(file, "1 torn n1\n");
    refuses("'1.000 torn n1' cannot be done to real processes", words);
    Files.writeString(file, "1 cut n1 for 2\n");
    refuses("--schedule is for calibrate", "experiment", "heal", "--schedule", file.toString());
  }

  @Test
  void helpNamesAllExperiments() {
    assertEquals(ExitStatus.OK, run("experiment", "--help"));
    for (Experiment experiment : Experiments.ALL) {
      assertTrue(out.toString().contains(experiment.name()), out::toString);
    }
  }

  @Test
  void theTreeReproducesWhatWasPublished() throws Exception {
    assertEquals(
        ExitStatus.OK,
        run("experiment", "icde19", "--quick", "--json", "--out", directory.toString()),
        err::toString);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    List<String> names = new ArrayList<>();
    report.path("rows").path(0).fieldNames().forEachRemaining(names::add);
    assertEquals(List.of("topology", "load", "protocol", "elements", "metadata", "floor"), names);
    long elements = 0;
    for (JsonNode row : report.path("rows")) {
      if (row.path("topology").asText().equals("tree15")
          && row.path("load").asText().equals("GMap10")
          && row.path("protocol").asText().equals("deltaBpRr")) {
        elements = row.path("elements").asLong();
      }
    }
    assertTrue(Math.abs(elements - 146_972) <= 1_469, "within 1 % of 146,972: " + elements);
    String page = Files.readString(directory.resolve("icde19.html"));
    assertEquals(List.of(), Pages.faults(page));
    List<String> texts = Pages.plotTexts(page);
    assertTrue(
        texts.containsAll(
            List.of("GSet", "GMap10", "state", "classicDelta", "deltaBpRr", "scuttlebutt")),
        texts::toString);
    assertEquals(
        report.path("rows").size() + 1, Files.readAllLines(directory.resolve("icde19.csv")).size());
    assertTrue(err.toString().contains("mesh15 GSet"), "progress is told");
  }

  @Test
  void topologiesOfOnesOwnAreRun() throws Exception {
    Path file =
        Files.writeString(directory.resolve("t.json"), "{\"pair\": {\"0\": [1], \"1\": [0]}}");
    assertEquals(
        ExitStatus.OK,
        run(
            "experiment",
            "icde19",
            "--quick",
            "--out",
            directory.toString(),
            "--topology",
            file.toString()),
        err::toString);
    String page = Files.readString(directory.resolve("icde19.html"));
    assertEquals(List.of(), Pages.faults(page));
    assertTrue(page.contains("pair: elements"), page);
  }
}
