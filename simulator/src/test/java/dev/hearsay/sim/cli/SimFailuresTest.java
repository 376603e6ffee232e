package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code hearsay sim} says and leaves when a run fails: nodes are made to do wrong. */
class SimFailuresTest {
  private final SimRuns sim = new SimRuns();

  @TempDir private Path directory;

  private static List<String> failing(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of("--hours", "0.004", "--workload", "sets", "--plant", "journals-nothing"));
    options.addAll(List.of("--faults", "crash"));
    options.addAll(Arrays.asList(more));
    return options;
  }

  /** What a failing run tells after the line that begins so. */
  private static String after(String start, String text) {
    return text.lines()
        .filter(line -> line.strip().startsWith(start))
        .findFirst()
        .map(line -> line.strip().substring(start.length()).strip())
        .orElse("no line begins with " + start + " in " + text);
  }

  @Test
  void aFailureHasASmallScheduleATimelineAndACommandThatReplaysIt() throws IOException {
    List<String> options = failing("--nodes", "4", "--runs", "1");
    assertEquals(ExitStatus.FAILED, sim.run(options), sim::err);
    String told = sim.out();
    assertTrue(told.startsWith("FAILED  seed 1, workload sets"), told);
    assertTrue(told.contains("acknowledged-changes at "), told);
    assertTrue(told.contains("1 run(s), 1 failed"), told);
    String enough = after("1 of ", told);
    assertTrue(enough.endsWith("faults are enough:"), () -> "not made smaller: " + told);
    assertTrue(Integer.parseInt(enough.substring(0, enough.indexOf(' '))) > 1, told);
    assertTrue(told.contains("  fault: "), () -> "no timeline: " + told);
    List<String> replay = SimRuns.optionsOf(after("again:", told));
    assertTrue(Files.exists(Path.of(replay.get(replay.indexOf("--schedule") + 1))));

    assertEquals(ExitStatus.FAILED, sim.run(replay), sim::err);
    String again = sim.out();
    assertTrue(again.contains("1 of 1 faults are enough:"), again);
    assertEquals(timeline(told), timeline(again));

    assertEquals(ExitStatus.FAILED, sim.run(SimRuns.optionsOf(after("all of it:", told))));
    assertEquals(timeline(told), timeline(sim.out()));
    assertEquals(after("1 of ", told), after("1 of ", sim.out()));
    assertNotEquals(after("again:", told), after("again:", sim.out()), "one file for two runs");
  }

  /** From the failure to the end of what happened, but for how many faults there were before. */
  private static List<String> timeline(String told) {
    return told.lines()
        .takeWhile(line -> !line.startsWith("  again:"))
        .filter(line -> !line.endsWith("faults are enough:"))
        .toList();
  }

  @Test
  void withoutWhatIsPlantedTheSameRunsFindNothing() {
    List<String> options = failing("--nodes", "4", "--runs", "1");
    options.subList(options.indexOf("--plant"), options.indexOf("--plant") + 2).clear();
    assertEquals(ExitStatus.OK, sim.run(options), sim::out);
  }

  @Test
  void failuresAreInTheJsonAndPeopleReadOfThemOnStderr() throws IOException {
    JsonNode report = sim.json(ExitStatus.FAILED, failing("--nodes", "4", "--runs", "2"));
    assertEquals(2, report.get("runs").asInt());
    assertEquals(report.get("failures").size(), report.get("failed").asInt());
    JsonNode failure = report.get("failures").get(0);
    List<String> names = new ArrayList<>();
    failure.fieldNames().forEachRemaining(names::add);
    assertEquals(List.of("seed", "checker", "message", "replay"), names);
    assertEquals(1, failure.get("seed").asInt());
    assertEquals("acknowledged-changes", failure.get("checker").asText());
    assertTrue(sim.err().contains("FAILED  seed 1"), sim::err);
    assertTrue(sim.err().contains("looking for a smaller schedule"), sim::err);

    List<String> replay = SimRuns.optionsOf(failure.get("replay").asText());
    JsonNode again = sim.json(ExitStatus.FAILED, replay);
    JsonNode same = again.get("failures").get(0);
    for (String name : List.of("seed", "checker", "message")) {
      assertEquals(failure.get(name), same.get(name));
    }
  }

  @Test
  void aReplayFromASweepHasWhatWasSwept() throws IOException {
    JsonNode report =
        sim.json(
            ExitStatus.FAILED, failing("--nodes", "4", "--runs", "1", "--sweep", "latency=1.5,40"));
    assertEquals(2, report.get("runs").asInt());
    assertEquals("[1]", report.get("seeds").toString(), "each seed is named once");
    List<String> traces = new ArrayList<>();
    for (JsonNode failure : report.get("failures")) {
      List<String> replay = SimRuns.optionsOf(failure.get("replay").asText());
      JsonNode again = sim.json(ExitStatus.FAILED, replay);
      assertEquals(failure.get("message"), again.get("failures").get(0).get("message"));
      traces.add(again.get("traceHash").asText());
    }
    String last = report.get("failures").get(1).get("replay").asText();
    assertTrue(last.contains(" --set latency=40 "), last);
    assertNotEquals(traces.get(0), traces.get(1));
  }

  @Test
  void aReplayFromASweepOverNodesOrHoursIsSaidInTheirOwnOptions() throws IOException {
    for (String sweep : List.of("nodes=2", "hours=0.005")) {
      List<String> options = failing("--runs", "4", "--sweep", sweep);
      if (sweep.startsWith("hours")) {
        options.subList(options.indexOf("--hours"), options.indexOf("--hours") + 2).clear();
      }
      JsonNode report = sim.json(ExitStatus.FAILED, options);
      JsonNode failure = report.get("failures").get(0);
      String replay = failure.get("replay").asText();
      assertTrue(replay.contains(" --" + sweep.replace('=', ' ') + " "), replay);
      JsonNode again = sim.json(ExitStatus.FAILED, SimRuns.optionsOf(replay));
      assertEquals(failure.get("message"), again.get("failures").get(0).get("message"));
    }
  }

  /** The printed commands fail in the same way; the words of the last. */
  private String failsAgain(String told) throws IOException {
    String found = after("acknowledged-changes at ", told);
    for (String command : List.of("again:", "all of it:")) {
      List<String> words = SimRuns.optionsOf(after(command, told));
      assertEquals(ExitStatus.FAILED, sim.run(words), () -> words + sim.out() + sim.err());
      assertEquals(found, after("acknowledged-changes at ", sim.out()), command);
    }
    return after("all of it:", told);
  }

  @Test
  void aSmallerScheduleNamesNoNodeThatNeverJoins() throws IOException {
    Path schedule = Files.writeString(directory.resolve("s"), "1 join\n6 crash n1 n4 for 1\n");
    List<String> options = failing("--nodes", "4", "--runs", "1");
    options.set(options.indexOf("--faults"), "--schedule");
    options.set(options.indexOf("crash"), schedule.toString());
    assertEquals(ExitStatus.FAILED, sim.run(options), sim::err);
    String told = sim.out();
    assertTrue(told.contains("\n    6.000 crash n1 for 1.000\n"), told);
    failsAgain(told);
  }

  @Test
  void aReplayOfOneWorkloadOfSeveralHasNothingThatIsForTheOthers() throws IOException {
    // Of two workloads, the first has the even seeds.
    List<String> options = failing("--nodes", "4", "--runs", "1", "--seed", "2");
    options.set(options.indexOf("sets"), "sets,moving");
    options.set(options.indexOf("crash"), "crash,move");
    assertEquals(ExitStatus.FAILED, sim.run(options), sim::err);
    String whole = failsAgain(sim.out());
    assertTrue(whole.contains(" --workload sets --plant "), whole);
    assertTrue(whole.contains(" --faults crash "), whole);

    Path schedule =
        Files.writeString(directory.resolve("s"), "2 move n1\n6 crash n1 n2 for 1\n8 join\n");
    options.set(options.indexOf("--faults"), "--schedule");
    options.set(options.indexOf("crash,move"), schedule.toString());
    assertEquals(ExitStatus.FAILED, sim.run(options), sim::err);
    whole = failsAgain(sim.out());
    assertFalse(whole.contains(schedule.toString()), whole);

    options.set(options.indexOf("sets,moving"), "gset,sets");
    Files.writeString(schedule, "6 crash n1 n2 for 1\n");
    options.addAll(List.of("--set", "pause=200"));
    assertEquals(ExitStatus.FAILED, sim.run(options), sim::err);
    whole = failsAgain(sim.out());
    assertTrue(whole.contains(" --workload gset --plant "), whole);
    assertTrue(whole.contains(schedule.toString()), whole);
  }

  @Test
  void pathsWithBlanksAreQuoted() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("it's a folder"));
    Path topology = folder.resolve("t.json");
    Files.writeString(topology, "{\"line\": {\"0\": [1], \"1\": [0, 2], \"2\": [1]}}");
    JsonNode report =
        sim.json(ExitStatus.FAILED, failing("--runs", "4", "--topology", topology + "#line"));
    List<String> replay = SimRuns.optionsOf(report.get("failures").get(0).get("replay").asText());
    assertEquals(topology + "#line", replay.get(replay.indexOf("--topology") + 1));
    sim.json(ExitStatus.FAILED, replay);
  }

  @Test
  void aReplayHasTheRecordingThatWasPlayed() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("it's a folder"));
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      messages.append(i == 0 ? "" : ", ");
      messages.append("{\"role\": \"user\", \"content\": \"message ").append(i).append("\"}");
    }
    Path recording = folder.resolve("own.jsonl");
    Files.writeString(recording, "{\"session\": \"one\", \"messages\": [" + messages + "]}\n");
    List<String> options = failing("--nodes", "4", "--runs", "8", "--recording", recording + "");
    options.set(options.indexOf("sets"), "sessions");
    JsonNode report = sim.json(ExitStatus.FAILED, options);
    String replay = report.get("failures").get(0).get("replay").asText();
    List<String> words = SimRuns.optionsOf(replay);
    assertEquals(recording.toString(), words.get(words.indexOf("--recording") + 1));
    JsonNode again = sim.json(ExitStatus.FAILED, words);
    assertEquals(
        report.get("failures").get(0).get("message"), again.get("failures").get(0).get("message"));
  }

  @Test
  void aSoakSaysHoursFaultsAndChangesToPeople() {
    assertEquals(ExitStatus.FAILED, sim.run(failing("--nodes", "4", "--soak")), sim::err);
    List<String> lines = sim.out().lines().toList();
    String last = lines.get(lines.size() - 1);
    assertTrue(
        last.matches(
            "\\d+ run\\(s\\), 1 failed: \\d+\\.\\d\\d virtual hours in \\d+\\.\\d s \\(\\d+ times"
                + " real time\\), [1-9]\\d* faults, [1-9]\\d* changes, [1-9]\\d* checks; trace"
                + " [0-9a-f]{16}"),
        last);
  }

  @Test
  void aSoakEndsWithAFailureAndSaysSoInJson() throws IOException {
    JsonNode report = sim.json(ExitStatus.FAILED, failing("--nodes", "4", "--soak"));
    assertEquals(1, report.get("failed").asInt());
    assertEquals(report.get("runs").asInt(), report.get("seeds").size());
  }

  @Test
  void aSoakThatIsStoppedSaysInJsonWhatThereIs() throws Exception {
    Path history = directory.resolve("history.jsonl");
    Process soak =
        SimRuns.elsewhere(
            List.of(), "--soak", "--json", "--hours", "0.001", "--history", history.toString());
    try {
      while (soak.isAlive() && (Files.notExists(history) || Files.size(history) < 200_000)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      assertTrue(soak.isAlive(), "it has ended by itself");
      // Of the process alone: Process.destroy would close what is to be read.
      soak.toHandle().destroy();
      String out = new String(soak.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      JsonNode report = new ObjectMapper().readTree(out);
      assertEquals(1, out.lines().count(), out);
      assertTrue(report.get("runs").asInt() > 0, out);
      assertEquals(0, report.get("failed").asInt());
    } finally {
      soak.destroyForcibly();
    }
  }

  @Test
  void whatIsPlantedIsNamedIfItIsNot() {
    assertEquals(ExitStatus.BAD_INPUT, sim.run(List.of("--plant", "weeds")));
    assertTrue(sim.err().contains("--plant: 'weeds' is none of none, shows-what-is"), sim::err);
  }
}
