package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose a directory is, and whether it can serve. */
class DirectoryTest {
  private static final long OUR_PID = ProcessHandle.current().pid();

  @TempDir Path directory;

  @Test
  void aSecondOwnerInThisProcessIsRefusedAndToldWho() {
    try (DirectoryLock held = DirectoryLock.acquire(directory, "the first")) {
      for (int i = 0; i < 3; i++) {
        DirectoryInUseException refused =
            assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(directory));
        assertEquals(OUR_PID, refused.holderPid());
        assertTrue(refused.getMessage().contains("the first"), refused::getMessage);
        assertTrue(refused.getMessage().contains(directory.toString()), refused::getMessage);
      }
      assertTrue(Files.isSameFile(held.directory(), directory));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  void aSecondOwnerInAnotherProcessIsRefusedAndToldWho() throws Exception {
    try (DirectoryLock held = DirectoryLock.acquire(directory, "the parent")) {
      // Refusals in this process must not make the system drop our lock.
      assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(directory));
      try (ChildJvm child = ChildJvm.start(LockChild.class, directory.toString())) {
        assertEquals("refused " + OUR_PID, child.readLine());
      }
      assertTrue(Files.isDirectory(held.directory()));
    }
    try (ChildJvm child = ChildJvm.start(LockChild.class, directory.toString())) {
      assertEquals("held", child.readLine());
      DirectoryInUseException refused =
          assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(directory));
      assertEquals(child.pid(), refused.holderPid());
      assertTrue(refused.getMessage().contains("the child"), refused::getMessage);
      assertTrue(
          refused.getMessage().matches(".*, on host \\S+, started 20\\S+Z\\).*"),
          refused::getMessage);
      child.kill();
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  void theSameDirectoryByAnotherNameIsRefusedToo() throws IOException {
    Path link = directory.resolve("link");
    Path target = Files.createDirectory(directory.resolve("target"));
    Files.createSymbolicLink(link, target);
    try (DirectoryLock held = DirectoryLock.acquire(target)) {
      assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(link));
      assertEquals(target.toRealPath(), held.directory());
    }
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    for (Path path : new Path[] {file, file.resolve("below")}) {
      UnusableDirectoryException refused =
          assertThrows(UnusableDirectoryException.class, () -> DirectoryLock.acquire(path));
      assertTrue(refused.getMessage().contains(path.toString()), refused::getMessage);
    }
    assertEquals("x", Files.readString(file));
  }

  @ParameterizedTest
  @EnumSource(DirectoryFormat.class)
  void anEmptyDirectoryIsPreparedAndKnownAgain(DirectoryFormat format) throws IOException {
    assertTrue(format.prepare(directory));
    assertTrue(format.prepare(directory), "until it is complete");
    Files.createDirectory(directory.resolve("content"));
    assertTrue(format.prepare(directory), "also with a part of its content");
    format.complete(directory);
    assertFalse(format.prepare(directory));
    format.check(directory);
  }

  @Test
  void aDirectoryThatCannotServeIsRefusedAndUnchanged() throws IOException {
    assertRefused("not a Hearsay one", Map.of("notes.txt", "x"), "another program");
    assertRefused("LevelDB", Map.of("CURRENT", "x", "000001.log", "x"), "LevelDB");
    assertRefused("newer", Map.of("hearsay.format", "hearsay-journal 3\n"), "newer program");
    assertRefused(
        "older", Map.of("hearsay.format", "hearsay-journal 1\n"), "use the program that wrote it");
    assertRefused("other kind", Map.of("hearsay.format", "hearsay-snapshots 2\n"), "snapshots");
    assertRefused("zero", Map.of("hearsay.format", "hearsay-journal 0\n"), "version 0");
    assertRefused("torn", Map.of("hearsay.format", ""), "damaged");
    assertRefused("garbage", Map.of("hearsay.format", "x".repeat(100_000)), "another program");
  }

  private void assertRefused(String name, Map<String, String> files, String reason)
      throws IOException {
    Path journal = Files.createDirectories(directory.resolve(name));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(journal.resolve(file.getKey()), file.getValue());
    }
    JournalSettings settings =
        new JournalSettings(journal, 0, 1 << 20, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC);
    UnusableDirectoryException refused =
        assertThrows(
            UnusableDirectoryException.class,
            () -> EventLog.open(settings, LevelDbLogStore::open, null, new PersistenceMetrics()));
    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    assertTrue(refused.getMessage().contains(journal.toString()), refused::getMessage);
    assertTrue(refused.isDefinite());
    assertEquals(new TreeMap<>(files), contents(journal));
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void whatACrashLeavesBeforeTheFormatIsWrittenIsNoObstacle() throws IOException {
    Path journal = Files.createDirectory(directory.resolve("journal"));
    Files.writeString(journal.resolve(DirectoryLock.FILE_NAME), "pid=1 gone");
    Files.writeString(journal.resolve(DirectoryFormat.BESIDE), "hears");
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().write("entity", 1, 1);
    }
    assertEquals("hearsay-journal 2\n", Files.readString(journal.resolve("hearsay.format")));
  }

  /** Else a history would silently begin anew. */
  @Test
  void aDirectoryThatLostItsContentIsRefused() throws IOException {
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().write("entity", 1, 1);
      assertNull(system.snapshots().load("entity"));
    }
    for (String lost : List.of("journal/leveldb", "snapshots/entities")) {
      try (Stream<Path> files = Files.walk(directory.resolve(lost))) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    try (TestSystem system = TestSystem.in(directory)) {
      JournalClient journal = system.journal();
      JournalClient.ReplayFailed failed =
          assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay("entity"));
      assertInstanceOf(UnusableDirectoryException.class, failed.getCause());
      assertThrows(IllegalStateException.class, () -> system.snapshots().load("entity"));
    }
  }

  @Test
  void anEntityOfASecondSystemIsToldWhoHoldsTheDirectory() {
    try (TestSystem first = TestSystem.in(directory)) {
      first.journal().write("entity", 1, 1);
      assertNull(first.snapshots().load("entity"));
      try (TestSystem second = TestSystem.in(directory)) {
        JournalClient journal = second.journal();
        Throwable failure =
            JournalClient.expectFailure(
                journal.send(JournalClient.atomic(journal.event("entity", 2, "x"))));
        DirectoryInUseException refused = assertInstanceOf(DirectoryInUseException.class, failure);
        assertEquals(OUR_PID, refused.holderPid());
        assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay("entity"));
        assertThrows(IllegalStateException.class, () -> second.snapshots().load("entity"));
      }
      first.journal().write("entity", 2, 2);
    }
  }

  @Test
  void anEntityOfASecondProcessIsToldWhoHoldsTheDirectory() throws Exception {
    try (ChildJvm child = ChildJvm.start(CrashTest.Writer.class, directory.toString(), "1")) {
      assertTrue(child.readLine().startsWith("ack"));
      try (TestSystem second = TestSystem.in(directory)) {
        JournalClient journal = second.journal();
        Throwable failure =
            JournalClient.expectFailure(
                journal.send(JournalClient.atomic(journal.event("entity", 2, "x"))));
        DirectoryInUseException refused = assertInstanceOf(DirectoryInUseException.class, failure);
        assertEquals(child.pid(), refused.holderPid());
        assertTrue(refused.getMessage().contains("Hearsay journal, on host"), refused::getMessage);
      }
      child.kill();
    }
  }

  @Test
  void aMisspeltSettingIsNamedToEveryEntity() {
    try (TestSystem system = TestSystem.in(directory, "hearsay.journal.free-space-mni = 1 GiB")) {
      JournalClient journal = system.journal();
      Throwable failure =
          JournalClient.expectFailure(
              journal.send(JournalClient.atomic(journal.event("entity", 1, "x"))));
      assertTrue(failure.getMessage().contains("free-space-mni"), failure::getMessage);
      assertFalse(Files.exists(directory.resolve("journal")));
    }
  }

  /** Takes the lock, says so, and holds it until it is killed. */
  static final class LockChild {
    private LockChild() {}

    public static void main(String[] args) throws InterruptedException {
      try (DirectoryLock held = DirectoryLock.acquire(Path.of(args[0]), "the child")) {
        System.out.println("held");
        System.out.flush();
        Thread.currentThread().join();
        throw new AssertionError(held);
      } catch (DirectoryInUseException e) {
        System.out.println("refused " + e.holderPid());
      }
    }
  }
}
