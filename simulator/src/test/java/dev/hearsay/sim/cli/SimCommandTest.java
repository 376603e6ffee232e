package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimCommandTest {
  /** All that the manual names. */
  private static final List<String> NAMES =
      List.of(
          "runs",
          "failed",
          "seeds",
          "virtualHours",
          "realSeconds",
          "speedup",
          "faultsInjected",
          "changes",
          "checks",
          "traceHash",
          "failures");

  private static final Pattern PROGRESS =
      Pattern.compile(
          "  (\\d+\\.\\d\\d) virtual hours, \\d+ times real time, (\\d) of 2 run\\(s\\) done,"
              + " (\\d+) faults, (\\d+) changes checked");

  private final SimRuns sim = new SimRuns();

  @TempDir private Path directory;

  private JsonNode json(String... options) throws IOException {
    return sim.json(ExitStatus.OK, List.of(options));
  }

  private void refuses(String why, String... options) {
    assertEquals(ExitStatus.BAD_INPUT, sim.run(List.of(options)), () -> sim.out() + sim.err());
    assertTrue(sim.err().contains(why), sim::err);
    assertEquals(1, sim.err().lines().count(), sim::err);
    assertEquals("", sim.out());
  }

  private static List<String> names(JsonNode report) {
    List<String> names = new ArrayList<>();
    report.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void aHistoryThatCannotBeWrittenAnyMoreIsAnErrorAndNoFindingOfTheMesh() {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    assertEquals(
        ExitStatus.FAILED,
        sim.run(List.of("--history", "/dev/full", "--runs", "1", "--workload", "sets")),
        sim::out);
    assertEquals(
        "hearsay: the history cannot be written: No space left on device", sim.err().strip());
    assertEquals("", sim.out());
  }

  @Test
  void theProgressSaysHowMuchVirtualTimeHasPassedHowFastAndHowManyRunsAreDone() {
    System.setProperty(ProgressLine.SECONDS, "0");
    try {
      assertEquals(
          ExitStatus.OK,
          sim.run(
              List.of(
                  "--nodes",
                  "3",
                  "--hours",
                  "0.002",
                  "--workload",
                  "gset",
                  "--runs",
                  "2",
                  "--threads",
                  "1",
                  "--set",
                  "latency=1")),
          sim::err);
    } finally {
      System.clearProperty(ProgressLine.SECONDS);
    }
    List<String> done = new ArrayList<>();
    double hours = 0;
    long changes = 0;
    for (String line : sim.err().lines().toList()) {
      Matcher parts = PROGRESS.matcher(line);
      assertTrue(parts.matches(), line);
      assertTrue(Double.parseDouble(parts.group(1)) >= hours, line);
      hours = Double.parseDouble(parts.group(1));
      changes = Long.parseLong(parts.group(4));
      if (!done.contains(parts.group(2))) {
        done.add(parts.group(2));
      }
    }
    assertEquals(List.of("0", "1", "2"), done);
    assertTrue(hours >= 0.01, hours + " virtual hours");
    assertTrue(sim.out().contains(", " + changes + " changes, "), sim::out);
  }

  @Test
  void sessionsOfOnesOwnArePlayed() throws IOException {
    Path recording = directory.resolve("own.jsonl");
    Files.writeString(
        recording,
        "{\"session\": \"booking\", \"messages\": [{\"role\": \"user\", \"content\": \"a seat to"
            + " Oslo\"}, {\"role\": \"assistant\", \"content\": \"done\"}]}\n");
    Path history = directory.resolve("own-history.jsonl");
    json(
        "--nodes",
        "3",
        "--hours",
        "0.004",
        "--faults",
        "none",
        "--workload",
        "sessions",
        "--recording",
        recording.toString(),
        "--history",
        history.toString(),
        "--runs",
        "1");
    List<String> lines = Files.readAllLines(history);
    assertTrue(lines.stream().anyMatch(line -> line.contains("a seat to Oslo")), lines::toString);
    for (String line : lines) {
      assertEquals("booking", new ObjectMapper().readTree(line).get("space").asText());
    }
    String file = recording.toString();
    refuses("it is for --workload sessions", "--recording", file, "--workload", "sets,maps");
    refuses("no such file", "--recording", directory.resolve("none").toString());
    Files.writeString(recording, "{\"session\": \"booking\"}\n");
    refuses("own.jsonl:1: the session: missing field 'messages'", "--recording", file);
    Files.writeString(recording, "");
    refuses("the file is empty: no session to play", "--recording", file);
  }

  @Test
  void theSameSeedsAreTheSameRuns() throws IOException {
    String[] options = {
      "--nodes", "3", "--hours", "0.002", "--workload", "sets,counters", "--runs", "2"
    };
    JsonNode first = json(options);
    assertEquals(NAMES, names(first));
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
            "1");
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
            "loss=0,0.3");
    List<String> names = new ArrayList<>(NAMES);
    names.addAll(List.of("rows", "intervals"));
    assertEquals(names, names(report));
    assertEquals("[1,2]", report.get("seeds").toString());
    assertEquals(4, report.get("rows").size());
    assertEquals(2, report.get("intervals").size());
    assertEquals("gset", report.get("rows").get(0).get("workload").asText());
    assertEquals(0, report.get("intervals").get(0).get("never").asInt());
    JsonNode bytes = report.get("intervals").get(1).get("bytes");
    assertEquals(2, bytes.get("count").asInt());
    assertTrue(bytes.get("low").asDouble() <= bytes.get("mean").asDouble());
  }

  @Test
  void aSweepHasTheSameRowsForPeople() {
    List<String> options =
        List.of(
            "--nodes",
            "3",
            "--hours",
            "0.001",
            "--faults",
            "none",
            "--workload",
            "gset",
            "--seed",
            "7",
            "--runs",
            "2",
            "--sweep",
            "loss=0,0.3");
    assertEquals(ExitStatus.OK, sim.run(options), sim::err);
    List<List<String>> words =
        sim.out().lines().map(line -> List.of(line.strip().split(" +"))).toList();
    assertEquals(List.of("loss", "seed", "workload"), words.get(0).subList(0, 3));
    assertEquals(
        List.of("0.0 7", "0.0 8", "0.3 7", "0.3 8"),
        words.subList(1, 5).stream().map(row -> row.get(0) + " " + row.get(1)).toList());
    assertEquals(List.of("loss", "seconds"), words.get(6).subList(0, 2));
    assertEquals("0.0", words.get(7).get(0));
    assertEquals("0.3", words.get(8).get(0));
    assertEquals("4", words.get(10).get(0), sim::out);
  }

  @Test
  void whatIsSetIsNotDrawn() throws IOException {
    String[] options = {
      "--nodes", "3", "--hours", "0.001", "--faults", "none", "--workload", "sets", "--runs", "1"
    };
    String[] set = Arrays.copyOf(options, options.length + 2);
    set[options.length] = "--set";
    set[options.length + 1] = "latency=40,sessions=3";
    String[] swept = Arrays.copyOf(options, options.length + 4);
    swept[options.length] = "--set";
    swept[options.length + 1] = "sessions=3";
    swept[options.length + 2] = "--sweep";
    swept[options.length + 3] = "latency=40";
    assertEquals(json(set).get("traceHash"), json(swept).get("traceHash"));
    assertNotEquals(json(set).get("traceHash"), json(options).get("traceHash"));
  }

  /**
   * What differs between JVMs and must not matter: where objects lie, in which order immutable sets
   * and maps are gone through, the time zone, the language, how far code is compiled.
   */
  @Test
  void theSameSeedsAreTheSameRunsInAnotherProcess() throws IOException {
    String[] options = {"--nodes", "4", "--hours", "0.002", "--runs", "17"};
    Process other =
        SimRuns.elsewhere(
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=0",
                "-Duser.language=tr",
                "-Duser.timezone=Asia/Kathmandu"),
            Stream.concat(Stream.of("--json"), Stream.of(options)).toArray(String[]::new));
    JsonNode here = json(options);
    String out = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    JsonNode there = new ObjectMapper().readTree(out);
    assertEquals(17, here.get("runs").asInt());
    for (String name : List.of("seeds", "traceHash", "faultsInjected", "changes", "checks")) {
      assertEquals(here.get(name), there.get(name), name);
    }
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
    refuses("--faults leave: it needs a third node", "--nodes", "2", "--faults", "leave");
    refuses("--faults replace: it needs a second", "--nodes", "1", "--faults", "replace");
    refuses(
        "--faults replace-voters: voters are replaced by force when nobody has heard of them",
        "--hours",
        "0.016",
        "--faults",
        "replace-voters");
    refuses("--faults twin: it needs a node beside", "--nodes", "3", "--faults", "twin");
    refuses("--faults voters: it needs a fourth", "--nodes", "3", "--faults", "voters");
    refuses("--faults none,cut: 'none' stands alone", "--faults", "none,cut");
    refuses("--faults cut,all: 'all' stands alone", "--faults", "cut,all");
    refuses("--workload all,sets: 'all' stands alone", "--workload", "all,sets");
    refuses("--faults move: all spaces live every", "--faults", "move", "--workload", "sets");
    refuses("--sweep: 'mood' is none of bandwidth,", "--sweep", "mood=1");
    refuses("--sweep loss: 2.0 is not a number from", "--sweep", "loss=0,2");
    refuses("--sweep loss: 'much' is not a number", "--sweep", "loss=much");
    refuses("--set: 'mood' is none of bandwidth,", "--set", "mood=1");
    refuses("--set loss: 2.0 is not a number from", "--set", "loss=2");
    refuses("'much' is not a double", "--set", "loss=much");
    refuses("--latency: 'slow' is none of constant, exponential,", "--latency", "slow");
    refuses("--set nodes: say --nodes", "--set", "nodes=3");
    refuses("one of the two says what loss is", "--set", "loss=0", "--sweep", "loss=0,0.1");
    refuses("--faults lost-disk: it needs", "--sweep", "nodes=5,2", "--faults", "lost-disk");
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
    refusesSchedule("'1.000 cut n0 for 1.000': a single node has no links", "1 cut n0 for 1", 1);
    refusesSchedule("for how long? As in: 12.5 cut n1 for 8", "1 cut n1", 5);
    refusesSchedule("how much? As in: 12.5 loss for 8 amount 0.2", "1 loss for 5", 5);
    refusesSchedule("is after the end: faults have 72.0 s, see --hours", "72 crash n1", 5);
    refusesSchedule("there is no node n999 among 6", "1 join\n2 crash n999", 5);
    refusesSchedule("there is no node n5 among 5", "1 crash n5\n2 join", 5);
    refusesSchedule("'1.000 twin n1': it needs a node beside the three", "1 twin n1", 3);
    refusesSchedule("'1.000 leave n1': it needs a third node: two stay", "1 leave n1", 2);
    refusesSchedule("there is no node n5 among 5", "1 leave n5", 5);
    refusesSchedule("faults have 72.0 s, see --hours", "20 replace-voters n0 n1", 5);
    refusesSchedule("it needs a fourth node: two stay", "1 replace-voters n0 n1", 3);
    refusesSchedule("join is not about nodes that are named", "1 join n1", 5);
    Path topology = directory.resolve("two.json");
    Files.writeString(
        topology, "{\"a\": {\"0\": [1], \"1\": [0]}, \"b\": {\"0\": [1], \"1\": [0]}}");
    refuses("holds several: name one", "--topology", topology.toString());
    refuses("'c' is none of a, b", "--topology", topology + "#c");
    refuses("topology a has 2", "--topology", topology + "#a", "--nodes", "3");
    refuses("spaces live everywhere", "--topology", topology + "#a", "--faults", "move");
    for (String kind : List.of("join", "twin", "leave", "replace")) {
      String why = kind.equals("leave") ? "no node can leave where" : "no node can join where";
      refuses(why, "--topology", topology + "#a", "--faults", kind);
      Files.writeString(schedule, "1 " + kind + (kind.equals("twin") ? " n1\n" : "\n"));
      refuses(why, "--topology", topology + "#a", "--schedule", schedule.toString());
    }
  }

  @Test
  void aScheduleIsForTheHoursAndNodesThatASweepNames() throws IOException {
    Path schedule = Files.writeString(directory.resolve("late"), "90 crash n6 for 1\n");
    List<String> options =
        List.of("--workload", "gset", "--runs", "1", "--schedule", schedule.toString());
    List<String> sweep = new ArrayList<>(options);
    sweep.addAll(List.of("--nodes", "7", "--sweep", "hours=0.026,0.03"));
    JsonNode rows = json(sweep.toArray(String[]::new)).get("rows");
    assertEquals(2, rows.size());
    assertEquals(1, rows.get(0).get("faults").asInt());
    sweep = new ArrayList<>(options);
    sweep.addAll(List.of("--hours", "0.026", "--sweep", "nodes=7,8"));
    assertEquals(2, json(sweep.toArray(String[]::new)).get("rows").size());

    refuses(
        "is after the end: faults have 72.0 s, see --hours",
        "--schedule",
        schedule.toString(),
        "--nodes",
        "7",
        "--sweep",
        "hours=0.026,0.02");
    refuses(
        "there is no node n6 among 6",
        "--schedule",
        schedule.toString(),
        "--hours",
        "0.026",
        "--sweep",
        "nodes=7,6");
  }

  private void refusesSchedule(String why, String lines, int nodes) throws IOException {
    Path schedule = Files.writeString(directory.resolve("refused"), lines + "\n");
    refuses(why, "--schedule", schedule.toString(), "--nodes", String.valueOf(nodes));
  }

  @Test
  void aScheduleMaySpeakOfANodeThatJoins() throws IOException {
    for (String comes : List.of("join", "twin n3", "replace n1")) {
      Path schedule = directory.resolve("joins");
      Files.writeString(schedule, "1 " + comes + "\n3 crash n4 for 1\n");
      List<String> options =
          List.of("--nodes", "4", "--hours", "0.002", "--workload", "gset", "--runs", "1");
      List<String> all = new ArrayList<>(options);
      all.addAll(List.of("--schedule", schedule.toString()));
      assertEquals(2, json(all.toArray(String[]::new)).get("faultsInjected").asInt());
    }
  }
}
