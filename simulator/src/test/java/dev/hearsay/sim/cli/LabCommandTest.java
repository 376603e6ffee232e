package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    refuses("one of the two", "--schedule", schedule.toString(), "--faults", "cut");
    refuses("cannot be written", "--history", directory.resolve("no/where").toString());
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
    assertEquals("[\"bounded-memory\",\"quiescence\"]", report.get("skipped").toString());
    assertTrue(report.get("changes").asLong() > 0, out::toString);
    List<String> lines = Files.readAllLines(history);
    assertEquals(report.get("operations").asLong(), lines.size());
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertEquals("n0", line.get("node").asText());
    assertTrue(line.get("start").asLong() <= line.get("end").asLong());
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
