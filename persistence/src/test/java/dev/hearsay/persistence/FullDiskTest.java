package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A full disk refuses writes and does nothing worse. Rounds: {@code -Dhearsay.full-disk.rounds},
 * seed: {@code -Dhearsay.full-disk.seed}.
 */
class FullDiskTest {
  private static final int ROUNDS = Integer.getInteger("hearsay.full-disk.rounds", 4);
  private static final long SEED = Long.getLong("hearsay.full-disk.seed", System.nanoTime());

  private static final String AT_ONCE = "-Dhearsay.full-disk.at-once=";
  private static final String SETTINGS =
      "hearsay.journal { free-space-min = 64 MiB, leveldb.write-buffer = 1 MiB }\n";

  @TempDir Path directory;
  @TempDir Path other;

  /** A tmpfs of its own, which only the child and what it starts can see. */
  @Test
  void aRealFileSystemThatRunsFullKillsNobody() throws Exception {
    runOnTmpfs("", ROUNDS, SETTINGS, AT_ONCE + Boolean.getBoolean("hearsay.full-disk.at-once"));
  }

  /** As fast as memory: no guard is ahead of that, and LevelDB stands in the middle of a write. */
  @Test
  void aProcessThatWaitsForRoomSurvivesADiskThatFillsAtOnce() throws Exception {
    runOnTmpfs(preload(), ROUNDS, SETTINGS, AT_ONCE + "true");
  }

  /**
   * LevelDB's port in Java maps nothing; and it does not compact on request. Its writer may stand
   * when the disk was full, until the process is started again: so there is one round.
   */
  @Test
  void aRealFileSystemThatRunsFullKillsNobodyWithoutTheNativeLibrary() throws Exception {
    String compactsNot = "-D" + FullDiskChild.COMPACTS + "=false";
    runOnTmpfs("", 1, SETTINGS + "hearsay.journal.native = off\n", compactsNot);
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

  /** LevelDB without any guard, on a disk without a byte left. */
  @ParameterizedTest
  @ValueSource(strings = {"another", "reserve"})
  void aWriteThatFindsNoRoomWaitsForIt(String maker) throws Exception {
    List<String> lines = new ArrayList<>();
    assertEquals(0, mappedWrites(preload(), maker, lines), () -> String.join("\n", lines));
    assertEquals(List.of("waits", "all is there"), lines);
  }

  /** What all of this is about: were it to end otherwise, there would be nothing to wait for. */
  @Test
  void withoutThatLevelDbEndsTheProcess() throws Exception {
    List<String> lines = new ArrayList<>();
    assertEquals(134, mappedWrites("", "another", lines), () -> String.join("\n", lines));
  }

  private int mappedWrites(String environment, String maker, List<String> lines) throws Exception {
    String mount = mount("32m");
    try (ChildJvm child =
        ChildJvm.start(
            List.of(
                "unshare",
                "-rm",
                "sh",
                "-c",
                mount + " && ulimit -c 0 && " + environment + "\"$@\"",
                "sh"),
            List.of("-XX:ErrorFile=" + other.resolve("error"), "-Dhearsay.test.log=ERROR"),
            MappedWritesChild.class,
            directory.toString(),
            maker)) {
      read(child, lines);
      return child.await();
    }
  }

  /** Sets the variable with which a process waits for room. */
  private static String preload() {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
    assumeTrue(Files.exists(library), "only the JDKs of Linux have " + library);
    return "LD_PRELOAD=" + library + " ";
  }

  private String mount(String size) throws InterruptedException {
    String mount = "mount -t tmpfs -o size=" + size + " none " + directory;
    assumeTrue(
        isDone(List.of("unshare", "-rm", "sh", "-c", mount)),
        "no file system can be mounted here, not even in a namespace of its own");
    return mount;
  }

  private void runOnTmpfs(String environment, int rounds, String settings, String... options)
      throws Exception {
    String child = environment + "\"$@\" fill && " + environment + "\"$@\" start";
    run(
        List.of("unshare", "-rm", "sh", "-c", mount("256m") + " && " + child, "sh"),
        List.of(options),
        rounds,
        settings);
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
      read(child, lines);
      String at = "seed " + SEED + ": " + String.join("\n", lines);
      assertEquals(0, child.await(), at);
      assertEquals("all is there", lines.get(lines.size() - 1), at);
    }
  }

  private static void read(ChildJvm child, List<String> lines) throws IOException {
    for (String line = child.readLine(); line != null; line = child.readLine()) {
      lines.add(line);
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
