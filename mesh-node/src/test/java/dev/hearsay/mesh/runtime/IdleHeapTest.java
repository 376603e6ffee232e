package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node holds more spaces than fit into its memory. */
class IdleHeapTest {
  private static final int SPACES = 3_000;
  private static final int BYTES = 50_000;
  private static final int HEAP_MEGABYTES = 80;

  @TempDir Path directory;

  @Test
  void spacesOfTwiceTheHeapAreWrittenAndReadBack() throws IOException, InterruptedException {
    assertTrue((long) SPACES * BYTES > 3L * HEAP_MEGABYTES * (1 << 20) / 2);
    Path output = directory.resolve("output");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                IdleHeapChild.class.getName(),
                directory.resolve("data").toString(),
                String.valueOf(SPACES),
                String.valueOf(BYTES))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = child.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      child.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertTrue(ended, () -> "it does not end: " + lines);
    assertEquals(0, child.exitValue(), lines::toString);
    assertTrue(loaded(lines, "written ") < SPACES / 2, lines::toString);
    assertEquals(1, loaded(lines, "started "), "a start recovers the catalogue alone");
    assertTrue(loaded(lines, "read ") < SPACES / 2, lines::toString);
  }

  private static int loaded(List<String> lines, String stage) {
    return lines.stream()
        .filter(line -> line.startsWith(stage))
        .mapToInt(line -> Integer.parseInt(line.substring(stage.length())))
        .findFirst()
        .orElseThrow();
  }
}
