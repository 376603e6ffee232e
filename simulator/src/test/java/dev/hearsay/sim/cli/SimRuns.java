package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code hearsay sim} in this JVM or in another one. */
final class SimRuns {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs here; the exit status. */
  int run(List<String> options) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> args = new ArrayList<>(List.of("sim"));
    args.addAll(options);
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(new String[0]));
  }

  /** Runs here, and ends with that status; the JSON object that it printed, and nothing else. */
  JsonNode json(int status, List<String> options) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.add("--json");
    assertEquals(status, run(all), () -> out + "\n" + err);
    assertEquals(1, out.toString().lines().count(), out::toString);
    return new ObjectMapper().readTree(out.toString());
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** The words of {@code ./hearsay sim …}, as a shell understands them. */
  static List<String> optionsOf(String command) throws IOException {
    List<String> words = wordsOf(command);
    assertEquals(List.of("./hearsay", "sim"), words.subList(0, 2));
    return words.subList(2, words.size());
  }

  /** The words of any command. */
  static List<String> wordsOf(String command) throws IOException {
    Process shell =
        new ProcessBuilder("bash", "-c", "printf '%s\\n' " + command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  /** Begins in another JVM, which takes its own options before those of the command. */
  static Process elsewhere(List<String> jvmOptions, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "sim"));
    command.addAll(Arrays.asList(options));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
