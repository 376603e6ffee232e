package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private int run(String... options) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> args = new ArrayList<>(List.of("sim"));
    args.addAll(Arrays.asList(options));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(new String[0]));
  }

  private JsonNode json(String... options) throws IOException {
    assertEquals(ExitStatus.OK, run(options), err::toString);
    return new ObjectMapper().readTree(out.toString());
  }

  private void refuses(String why, String... options) {
    assertEquals(ExitStatus.BAD_INPUT, run(options), () -> out + "" + err);
    assertTrue(err.toString().contains(why), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertEquals("", out.toString());
  }

  @Test
  void theSameSeedsAreTheSameRuns() throws IOException {
    String[] options = {
      "--nodes", "3", "--hours", "0.002", "--workload", "sets,counters", "--runs", "2", "--json"
    };
    JsonNode first = json(options);
    assertEquals(2, first.get("runs").asInt());
    assertEquals(0, first.get("failed").asInt());
    assertEquals("[1,2]", first.get("seeds").toString());
    assertEquals("[]", first.get("failures").toString());
    assertTrue(first.get("checks").asLong() > 100);
    assertTrue(first.get("virtualHours").asDouble() > 0.004);
    assertEquals(first.get("traceHash"), json(options).get("traceHash"));
  }

  @Test
  void aScheduleATopologyAndAHistoryAreFiles() throws IOException {
    Path schedule = directory.resolve("schedule");
    Files.writeString(schedule, "# a cut\n1.0 cut n1 for 2\n2.5 torn n2 for 1\n");
    Path topology = directory.resolve("topology.json");
    Files.writeString(topology, "{\"line\": {\"0\": [1], \"1\": [0, 2], \"2\": [1]}}");
    Path history = directory.resolve("history.jsonl");
    JsonNode report =
        json(
            "--topology",
            topology.toString(),
            "--schedule",
            schedule.toString(),
            "--history",
            history.toString(),
            "--hours",
            "0.002",
            "--workload",
            "gset",
            "--runs",
            "1",
            "--json");
    assertEquals(2, report.get("faultsInjected").asInt());
    List<String> lines = Files.readAllLines(history);
    assertTrue(lines.size() > 10, () -> lines.size() + " lines");
    assertEquals(0, new ObjectMapper().readTree(lines.get(0)).get("run").asInt());
  }

  @Test
  void aSweepHasARowForEverySeedAndAnIntervalForEveryValue() throws IOException {
    JsonNode report =
        json(
            "--nodes",
            "3",
            "--hours",
            "0.001",
            "--faults",
            "none",
            "--workload",
            "gset",
            "--runs",
            "2",
            "--sweep",
            "loss=0,0.3",
            "--json");
    assertEquals(4, report.get("rows").size());
    assertEquals(2, report.get("intervals").size());
    JsonNode bytes = report.get("intervals").get(1).get("bytes");
    assertEquals(2, bytes.get("count").asInt());
    assertTrue(bytes.get("low").asDouble() <= bytes.get("mean").asDouble());
  }

  @Test
  void whatCannotBeIsRefusedInOneLine() throws IOException {
    refuses("--workload: 'dance' is none of counters,", "--workload", "dance");
    refuses("--faults: 'flood' is none of all, none, cut,", "--faults", "flood");
    refuses("--nodes must be between 1 and 1000, not 0", "--nodes", "0");
    refuses("--hours must be more than 0", "--hours", "0");
    refuses("at most 1000", "--hours", "1001");
    refuses("--runs must be between", "--runs", "0");
    refuses("--faults cut: a single node has no links", "--nodes", "1", "--faults", "cut");
    refuses("--faults lost-disk: it needs three", "--nodes", "2", "--faults", "lost-disk");
    refuses("--faults leave: it needs a node beside", "--nodes", "3", "--faults", "leave");
    refuses("--sweep: 'mood' is none of bandwidth,", "--sweep", "mood=1");
    refuses("--sweep loss: 2.0 is not a number from", "--sweep", "loss=0,2");
    refuses("--sweep loss: 'much' is not a number", "--sweep", "loss=much");
    refuses("--sweep and --soak", "--sweep", "loss=0", "--soak");
    refuses("no such file", "--topology", directory.resolve("none").toString());
    refuses("no such file", "--schedule", directory.resolve("none").toString());
    refuses("cannot be written", "--history", directory.resolve("no/such").toString());
    Path schedule = directory.resolve("bad");
    Files.writeString(schedule, "1 dance n1\n");
    refuses("line 1: there is no fault 'dance'", "--schedule", schedule.toString());
    Files.writeString(schedule, "1 crash n7\n");
    refuses("there is no node n7 among 5", "--schedule", schedule.toString());
    Files.writeString(schedule, "1 crash n1\n");
    refuses("one of the two", "--schedule", schedule.toString(), "--faults", "cut");
    Path topology = directory.resolve("two.json");
    Files.writeString(
        topology, "{\"a\": {\"0\": [1], \"1\": [0]}, \"b\": {\"0\": [1], \"1\": [0]}}");
    refuses("holds several: name one", "--topology", topology.toString());
    refuses("'c' is none of a, b", "--topology", topology + "#c");
    refuses("topology a has 2", "--topology", topology + "#a", "--nodes", "3");
    refuses("no node can join", "--topology", topology + "#a", "--faults", "join");
  }
}
