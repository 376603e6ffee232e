package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong at the start is said to every entity, and nothing on the disk has changed. */
class BadInputAtStartTest {
  private static final String SMALL_BUFFER = "hearsay.journal.leveldb.write-buffer = 64 KiB";

  /** Root without what sets root above permissions. */
  private static final List<String> AS_ANYBODY =
      List.of(
          "sh", "-c", "exec setpriv --bounding-set -dac_override,-dac_read_search \"$@\"", "sh");

  @TempDir Path directory;
  private Path store;

  @BeforeEach
  void fill() {
    store = directory.resolve("journal/leveldb");
    try (TestSystem system = TestSystem.in(directory, SMALL_BUFFER)) {
      JournalClient client = system.journal();
      for (int i = 1; i <= 40; i++) {
        JournalClient.expectWritten(
            client.send(JournalClient.atomic(client.event("entity", i, "x".repeat(4_000)))), 1);
      }
      system.snapshots().load("entity");
    }
  }

  private interface Change {
    void apply() throws IOException;
  }

  private void refuses(String reason, Change change) throws IOException {
    refuses(reason, "", change);
  }

  private void refuses(String reason, String settings, Change change) throws IOException {
    change.apply();
    Map<String, String> before = DirectoryBytes.of(directory);
    try (TestSystem system = TestSystem.in(directory, settings)) {
      JournalClient journal = system.journal();
      Throwable failure =
          JournalClient.expectFailure(
              journal.send(JournalClient.atomic(journal.event("entity", 41, "x"))));
      assertTrue(failure.getMessage().contains(reason), failure::getMessage);
      JournalClient.ReplayFailed replay =
          assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay("entity"));
      assertTrue(replay.getMessage().contains(reason), replay::getMessage);
    }
    assertEquals(before, DirectoryBytes.of(directory));
  }

  private void snapshotsRefuse(String reason, String settings, Change change) throws IOException {
    change.apply();
    Map<String, String> before = DirectoryBytes.of(directory);
    try (TestSystem system = TestSystem.in(directory, settings)) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> system.snapshots().load("entity"));
      assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    }
    assertEquals(before, DirectoryBytes.of(directory));
  }

  @Test
  void aMissingCurrent() throws IOException {
    refuses("CURRENT is missing", () -> Files.delete(store.resolve("CURRENT")));
  }

  @Test
  void aCurrentThatNamesNothing() throws IOException {
    refuses("CURRENT names no manifest", () -> Files.writeString(store.resolve("CURRENT"), ""));
    refuses(
        "MANIFEST-000099, which CURRENT names, is missing",
        () -> Files.writeString(store.resolve("CURRENT"), "MANIFEST-000099\n"));
  }

  @Test
  void aDamagedOrEmptyManifest() throws IOException {
    Path manifest = file("MANIFEST-.*");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[9] ^= 1;
    refuses("is damaged at offset 0", () -> Files.write(manifest, bytes));
    refuses("is damaged at offset 0", () -> Files.write(manifest, new byte[0]));
  }

  @Test
  void aMissingOrShortTable() throws IOException {
    Path table = file("[0-9]+\\.(sst|ldb)");
    byte[] bytes = Files.readAllBytes(table);
    refuses(
        table.getFileName() + " has " + (bytes.length - 1) + " bytes and should have",
        () -> Files.write(table, Arrays.copyOf(bytes, bytes.length - 1)));
    refuses("table " + table.getFileName() + " is missing", () -> Files.delete(table));
  }

  @Test
  void aLogDamagedBeforeItsEnd() throws IOException {
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().write("other", 1, 5); // a log of several records
    }
    Path log = file("[0-9]+\\.log");
    byte[] bytes = Files.readAllBytes(log);
    bytes[30] ^= 1;
    refuses("the record at offset 0 is not whole", () -> Files.write(log, bytes));
  }

  @Test
  void aNewerFormat() throws IOException {
    Path format = directory.resolve("journal").resolve(DirectoryFormat.FILE_NAME);
    refuses("use the newer program", () -> Files.writeString(format, "hearsay-journal 99\n"));
    Path snapshots = directory.resolve("snapshots").resolve(DirectoryFormat.FILE_NAME);
    snapshotsRefuse(
        "use the newer program", "", () -> Files.writeString(snapshots, "hearsay-snapshots 99\n"));
  }

  @Test
  void aDirectoryOfAnotherProgram() throws IOException {
    Path format = directory.resolve("journal").resolve(DirectoryFormat.FILE_NAME);
    refuses("holds files of another program", () -> Files.delete(format));
    Files.delete(directory.resolve("snapshots").resolve(DirectoryFormat.FILE_NAME));
    snapshotsRefuse("holds files of another program", "", () -> {});
  }

  @Test
  void anUnknownSetting() throws IOException {
    refuses("batch-bytes-mxa", "hearsay.journal.batch-bytes-mxa = 1 MiB", () -> {});
    refuses("wirte-buffer", "hearsay.journal.leveldb.wirte-buffer = 1 MiB", () -> {});
    snapshotsRefuse("free-space", "hearsay.snapshot-store.free-space = 1 MiB", () -> {});
  }

  @Test
  void aSettingOutOfItsRange() throws IOException {
    refuses("durability", "hearsay.journal.durability = maybe", () -> {});
    refuses("batch-bytes-max", "hearsay.journal.batch-bytes-max = 0", () -> {});
  }

  @Test
  void aFileInPlaceOfTheDirectory() throws IOException {
    Path moved = directory.resolve("moved");
    refuses(
        "is not a directory",
        () -> {
          Files.move(directory.resolve("journal"), moved);
          Files.writeString(directory.resolve("journal"), "x");
        });
  }

  /** In another process where the tests run as root, for whom permissions do not count. */
  @Test
  void aDirectoryThatMayNotBeWrittenTo() throws IOException {
    Path journal = directory.resolve("journal");
    try {
      Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("r-xr-xr-x"));
      if (!Files.isWritable(journal)) {
        refuses("is not writable", () -> {});
        return;
      }
      Map<String, String> before = DirectoryBytes.of(directory);
      try (ChildJvm child =
          ChildJvm.start(AS_ANYBODY, List.of(), WithoutPermission.class, directory.toString())) {
        String said = child.readLine();
        assumeTrue(said != null, "root cannot be made to be like anybody here: no setpriv");
        assertTrue(said.contains("is not writable"), said);
        assertEquals(0, child.await());
      }
      assertEquals(before, DirectoryBytes.of(directory));
    } finally {
      Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Starts a journal and prints what it is told. */
  static final class WithoutPermission {
    public static void main(String[] args) {
      try (TestSystem system = TestSystem.in(Path.of(args[0]), "")) {
        JournalClient journal = system.journal();
        Throwable failure =
            JournalClient.expectFailure(
                journal.send(JournalClient.atomic(journal.event("entity", 41, "x"))));
        System.out.println(failure.getMessage());
      }
      System.exit(0);
    }
  }

  private Path file(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
