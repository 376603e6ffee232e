package dev.hearsay.sim.bench.types;

import dev.hearsay.sim.bench.BenchFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link Probe} in a fresh JVM, which holds nothing but what is counted. */
final class ChildJvm {

  /** Enough for two states of 1,000,000 elements in any of the systems. */
  static final String HEAP = "-Xmx4g";

  private ChildJvm() {}

  /** The numbers that it printed. */
  static List<Long> probe(String... args) throws BenchFailedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-cp",
                System.getProperty("java.class.path"),
                Probe.class.getName()));
    command.addAll(List.of(args));
    try {
      Process child =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String answer =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = child.waitFor();
      if (status != 0) {
        throw new BenchFailedException(
            "a JVM that counted " + String.join(" ", args) + " ended with status " + status);
      }
      List<Long> numbers = new ArrayList<>();
      for (String number : answer.split(" ", -1)) {
        numbers.add(Long.valueOf(number));
      }
      return numbers;
    } catch (IOException e) {
      throw new BenchFailedException("a JVM to count in did not run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }
}
