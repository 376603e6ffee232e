package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk refuses writes and does nothing worse. Rounds: {@code -Dhearsay.full-disk.rounds},
 * seed: {@code -Dhearsay.full-disk.seed}.
 */
class FullDiskTest {
  private static final int ROUNDS = Integer.getInteger("hearsay.full-disk.rounds", 4);
  private static final long SEED = Long.getLong("hearsay.full-disk.seed", System.nanoTime());

  private static final String SETTINGS =
      "hearsay.journal { free-space-min = 64 MiB, leveldb.write-buffer = 1 MiB }\n";

  @TempDir Path directory;
  @TempDir Path other;

  /** A tmpfs of its own, which only the child and what it starts can see. */
  @Test
  void aRealFileSystemThatRunsFullKillsNobody() throws Exception {
    String mount = "mount -t tmpfs -o size=256m none " + directory;
    assumeTrue(
        isDone(List.of("unshare", "-rm", "sh", "-c", mount)),
        "no file system can be mounted here, not even in a namespace of its own");
    run(
        List.of("unshare", "-rm", "sh", "-c", mount + " && \"$@\" fill && \"$@\" start", "sh"),
        List.of("-Dhearsay.full-disk.at-once=" + Boolean.getBoolean("hearsay.full-disk.at-once")),
        ROUNDS,
        SETTINGS);
  }

  @Test
  void aQuotaThatRunsOutStopsWritesUntilThereIsRoom() throws Exception {
    run(
        List.of("sh", "-c", "\"$@\" fill && \"$@\" start", "sh"),
        List.of("-Dhearsay.test.quota=" + (160 << 20)),
        1,
        SETTINGS
            + "hearsay.journal.class = \""
            + FullDiskChild.QuotaJournal.class.getName()
            + "\"");
  }

  private void run(List<String> before, List<String> options, int rounds, String settings)
      throws IOException {
    List<String> lines = new ArrayList<>();
    try (ChildJvm child =
        ChildJvm.start(
            before,
            options,
            FullDiskChild.class,
            directory.toString(),
            Integer.toString(rounds),
            Long.toString(SEED),
            settings,
            other.resolve("acknowledged").toString())) {
      for (String line = child.readLine(); line != null; line = child.readLine()) {
        lines.add(line);
      }
      String at = "seed " + SEED + ": " + String.join("\n", lines);
      assertEquals(0, child.await(), at);
      assertEquals("all is there", lines.get(lines.size() - 1), at);
    }
  }

  private static boolean isDone(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such command
    }
  }
}
