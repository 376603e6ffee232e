package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LabCommandTest {
  private static final String RECORDING =
      "{\"session\": \"s\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private int run(String... options) {
    List<String> args = new ArrayList<>(List.of("lab"));
    args.addAll(Arrays.asList(options));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(new String[0]));
  }

  private void refuses(String why, String... options) {
    err.getBuffer().setLength(0);
    assertEquals(ExitStatus.BAD_INPUT, run(options), () -> out + "" + err);
    assertTrue(err.toString().contains(why), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertEquals("", out.toString());
  }

  @Test
  void whatCannotBeDoneIsRefused() throws IOException {
    refuses("--nodes must be between 1 and 15, not 16", "--nodes", "16");
    refuses("--seconds must be between 1 and 3600", "--seconds", "0");
    refuses("--runs must be between 1", "--runs", "0");
    refuses("'songs' is none of counters", "--workload", "songs");
    refuses("'rain' is none of all, none, cut", "--faults", "rain");
    refuses("--faults torn: it cannot be done to real processes", "--faults", "torn");
    refuses("a single node has no links", "--faults", "cut", "--nodes", "1");
    refuses("no such file", "--schedule", directory.resolve("nothing").toString());
    Path schedule = directory.resolve("schedule");
    Files.writeString(schedule, "1.0 cut n1 for 2\n2.0 slow n2 for 1 amount 100\n");
    refuses(
        "'2.000 slow n2 for 1.000 amount 100.0' cannot be done to real processes",
        "--schedule",
        schedule.toString());
    Files.writeString(schedule, "1.0 cut n7 for 2\n");
    refuses("there is no node n7 among 3", "--schedule", schedule.toString());
    Files.writeString(schedule, "20 crash n1\n");
    refuses(
        "is after the end: faults have 20.0 s, see --seconds", "--schedule", schedule.toString());
    refuses("--class-path: 'none' is no folder and no jar", "--class-path", "none");
    refuses("it needs a fourth node", "--faults", "voters");
    Files.writeString(schedule, "1 join\n2 cut n3 for 1\n3 cut n4 for 1\n");
    refuses("there is no node n4 among 4", "--schedule", schedule.toString());
    Files.writeString(schedule, "1 cut n0 n1 n2 for 1\n");
    refuses("these are all nodes that there are", "--schedule", schedule.toString());
    refuses("'all' stands alone", "--workload", "all,sets");
    refuses("--plant: 'weeds' is none of drop", "--plant", "weeds");
    refuses("it is for --workload sessions", recording("sets", RECORDING));
    refuses("2: the line is empty", recording("sessions", RECORDING + "\n\n"));
    refuses("one of the two", "--schedule", schedule.toString(), "--faults", "cut");
    refuses("cannot be written", "--history", directory.resolve("no/where").toString());
  }

  @Test
  void helpNamesWhatClientsDoAndWhatGoesWrong() {
    assertEquals(ExitStatus.OK, run("--help"), err::toString);
    for (String name : Workloads.names()) {
      assertTrue(out.toString().contains("\n  " + name + " "), () -> name + " in " + out);
    }
    for (FaultKind kind : List.of(FaultKind.CUT, FaultKind.JOIN, FaultKind.LEAVE)) {
      assertTrue(out.toString().contains("\n  " + kind.label() + " "), () -> kind + " in " + out);
    }
    assertFalse(out.toString().contains("\n  " + FaultKind.TORN.label() + " "), out::toString);
  }

  @Test
  void aRunIsToldAsJsonAndItsHistoryIsAFile() throws IOException {
    Path history = directory.resolve("history.jsonl");
    assertEquals(
        ExitStatus.OK,
        run(
            "--nodes",
            "1",
            "--seconds",
            "2",
            "--workload",
            "maps",
            "--faults",
            "none",
            "--history",
            history.toString(),
            "--json"),
        () -> out + "" + err);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertEquals(1, report.get("runs").asInt());
    assertEquals(0, report.get("failed").asInt());
    assertEquals("[1]", report.get("seeds").toString());
    assertTrue(report.get("changes").asLong() > 0, out::toString);
    assertEquals(1, report.get("settleSeconds").size(), out::toString);
    double settled = report.get("settleSeconds").get(0).asDouble(-1);
    assertTrue(settled >= 0 && settled <= 60, out::toString);
    List<String> lines = Files.readAllLines(history);
    assertEquals(report.get("operations").asLong(), lines.size());
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertEquals("n0", line.get("node").asText());
    assertTrue(line.get("start").asLong() <= line.get("end").asLong());
  }

  private String[] recording(String workload, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("recording.jsonl"), content);
    return new String[] {"--workload", workload, "--recording", file.toString()};
  }

  @Test
  void aRunThatFailsLeavesItsScheduleAndSaysHowToDoItAgain() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("it's a folder"));
    Path schedule = Files.writeString(folder.resolve("faults"), "# little\n2.0 pause n0 for 0.2\n");
    String[] options = {"--nodes", "2", "--seconds", "4", "--workload", "logs", "--plant", "drop"};
    List<String> args = new ArrayList<>(Arrays.asList(options));
    args.addAll(List.of("--schedule", schedule.toString()));
    assertEquals(ExitStatus.FAILED, run(args.toArray(String[]::new)), () -> out + "" + err);
    String told = out.toString();
    assertTrue(told.startsWith("FAILED  seed 1, workload logs"), told);
    assertTrue(told.contains("1 run(s), 1 failed"), told);
    List<String> again = SimRuns.wordsOf(after("do the same again:", told));
    assertEquals(List.of("./hearsay", "lab"), again.subList(0, 2));
    List<String> virtual = SimRuns.wordsOf(after("in virtual time:", told));
    assertEquals(List.of("./hearsay", "sim"), virtual.subList(0, 2));
    Path left = Path.of(again.get(again.indexOf("--schedule") + 1));
    assertEquals(left.toString(), virtual.get(virtual.indexOf("--schedule") + 1));
    assertEquals(List.of("2.000 pause n0 for 0.200"), Files.readAllLines(left));
    assertEquals("0.001112", virtual.get(virtual.indexOf("--hours") + 1));

    out.getBuffer().setLength(0);
    List<String> json = new ArrayList<>(again.subList(2, again.size()));
    json.add("--json");
    assertEquals(ExitStatus.FAILED, run(json.toArray(String[]::new)), () -> out + "" + err);
    assertEquals(1, out.toString().lines().count(), out::toString);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertEquals(1, report.get("failed").asInt());
    JsonNode failure = report.get("failures").get(0);
    List<String> names = new ArrayList<>();
    failure.fieldNames().forEachRemaining(names::add);
    assertEquals(List.of("seed", "checker", "message", "replay"), names);
    assertEquals(1, failure.get("seed").asInt());
    // Which judge is first hangs on which process is: a thrown exception would be none.
    assertNotEquals("exception", failure.get("checker").asText(), out::toString);
    assertTrue(err.toString().contains("FAILED  seed 1, workload logs"), err::toString);
    List<String> third = SimRuns.wordsOf(failure.get("replay").asText());
    assertNotEquals(
        left.toString(), third.get(third.indexOf("--schedule") + 1), "one file for two runs");

    // Virtual nodes do nothing wrong.
    assertEquals(
        ExitStatus.OK, new SimRuns().run(virtual.subList(2, virtual.size())), "in virtual time");
  }

  @Test
  void whatGoesToAShellIsQuoted() {
    LabOptions options = new LabOptions();
    options.flags = new RunFlags();
    options.flags.recordingFile = Path.of("it's mine.jsonl");
    Workload sessions = Workloads.find("sessions").orElseThrow();
    assertTrue(
        options
            .again(sessions, 1, Path.of("a folder/x"))
            .contains(" --recording 'it'\\''s mine.jsonl' --schedule 'a folder/x' --seed 1"),
        () -> options.again(sessions, 1, Path.of("a folder/x")));
  }

  /** What a failing run tells after those words, up to the end of the line. */
  private static String after(String words, String told) {
    return told.lines()
        .filter(line -> line.contains(words))
        .findFirst()
        .map(line -> line.substring(line.indexOf(words) + words.length()).strip())
        .orElse("no line has " + words + " in " + told);
  }

  /** As Ctrl-C does: an orderly end of the command in the middle of a run. */
  @Test
  void noProcessOutlivesTheCommand() throws Exception {
    Process command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "lab",
                "--nodes",
                "1",
                "--seconds",
                "600",
                "--faults",
                "none")
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .start();
    List<ProcessHandle> started = List.of();
    try (BufferedReader progress =
        new BufferedReader(
            new InputStreamReader(command.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = progress.readLine();
      while (line != null && !line.contains("things go wrong")) {
        line = progress.readLine();
      }
      started = command.descendants().toList();
      assertFalse(started.isEmpty(), "there is no node process; " + line);
      command.destroy();
      assertTrue(command.waitFor(60, TimeUnit.SECONDS));
      for (ProcessHandle process : started) {
        process.onExit().get(30, TimeUnit.SECONDS);
      }
    } finally {
      started.forEach(ProcessHandle::destroyForcibly);
      command.destroyForcibly();
    }
  }
}
