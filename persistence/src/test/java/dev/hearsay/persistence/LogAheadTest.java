package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zeros ahead of LevelDB's log stay behind everything that LevelDB has, and give way to it. */
class LogAheadTest {
  private static final int KIB = 1 << 10;
  private static final int PAGE = 4 * KIB;
  private static final long ROOM = 1L << 40;

  @TempDir Path directory;
  private long usable = ROOM;

  @Test
  void zerosAreBehindTheEndOfTheNewestLogAndNothingElseIsTouched() throws IOException {
    Path old = log(1, 10);
    Path newest = log(2, 64 * KIB);
    ahead().look();
    assertEquals(10, Files.size(old));
    assertEquals(64 * KIB + 128 * KIB + PAGE, Files.size(newest));
    byte[] bytes = Files.readAllBytes(newest);
    assertArrayEquals(content(64 * KIB), Arrays.copyOf(bytes, 64 * KIB));
    assertArrayEquals(
        new byte[128 * KIB + PAGE], Arrays.copyOfRange(bytes, 64 * KIB, bytes.length));
  }

  @Test
  void moreIsWrittenWhenLevelDbHasGoneOnAndNotBefore() throws IOException {
    Path log = log(1, 64 * KIB);
    LogAhead ahead = ahead();
    ahead.look();
    ahead.look();
    assertEquals((64 + 128) * KIB + PAGE, Files.size(log));
    resize(log, (64 + 128) * KIB); // as LevelDB does before it maps what comes next
    ahead.look();
    assertEquals((64 + 128 + 256) * KIB + PAGE, Files.size(log));
    Path next = log(2, 64 * KIB);
    resize(log, 70 * KIB); // as LevelDB does when it closes it
    ahead.look();
    assertEquals(70 * KIB, Files.size(log));
    assertEquals((64 + 128) * KIB + PAGE, Files.size(next));
    Files.delete(next);
    ahead.look();
    ahead.look();
    assertEquals((70 + 134) * KIB + PAGE, Files.size(log));
  }

  @Test
  void withoutRoomNothingIsWritten() throws IOException {
    Path log = log(1, 64 * KIB);
    usable = 64 * KIB + 132 * KIB - 1; // what LevelDB may write of the log, and the zeros
    ahead().look();
    assertEquals(64 * KIB, Files.size(log));
    usable++;
    ahead().look();
    assertEquals((64 + 128) * KIB + PAGE, Files.size(log));
  }

  /** LevelDB itself goes on over the zeros, and whoever finds the files as they are reads all. */
  @Test
  void whatIsWrittenOverTheZerosIsThereAfterAKill() throws Exception {
    JournalSettings settings =
        new JournalSettings(
            directory.resolve("journal"), 0, 1, 4, 100, 4 << 20, 1 << 20, Durability.ON_SYNC);
    Path leveldb = settings.directory().resolve(LevelDbLogStore.DIRECTORY);
    int events = 0;
    Path image = directory.resolve("image");
    try (RawJournal journal = RawJournal.open(settings, LevelDbLogStore::open)) {
      LogAhead ahead = ahead(leveldb); // besides the journal's own, and after every write
      while (size(leveldb) < 2 << 20) {
        journal.append("entity", events + 1, 100);
        events += 100;
        ahead.look();
        assertTrue(events < 1_000_000);
      }
      copy(settings.directory(), image);
    }
    for (Path found : new Path[] {image, settings.directory()}) {
      try (RawJournal journal = RawJournal.open(found, Durability.ON_SYNC, LevelDbLogStore::open)) {
        assertEquals(LongStream.rangeClosed(1, events).boxed().toList(), journal.recover("entity"));
      }
    }
  }

  private LogAhead ahead() {
    return ahead(directory);
  }

  private LogAhead ahead(Path path) {
    LevelDbFiles files = new LevelDbFiles(path, forced -> {}, 1 << 20);
    return new LogAhead(path, files, () -> usable, 0);
  }

  private Path log(int number, int bytes) throws IOException {
    return Files.write(directory.resolve("00000" + number + ".log"), content(bytes));
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) 7);
    return content;
  }

  private static void resize(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static long size(Path leveldb) throws IOException {
    long bytes = 0;
    for (Path log : TornTail.logs(leveldb)) {
      bytes += Files.size(log);
    }
    return bytes;
  }

  private static void copy(Path from, Path to) throws IOException {
    Path leveldb = Files.createDirectories(to.resolve(LevelDbLogStore.DIRECTORY));
    Files.copy(from.resolve(DirectoryFormat.FILE_NAME), to.resolve(DirectoryFormat.FILE_NAME));
    try (var files = Files.list(from.resolve(LevelDbLogStore.DIRECTORY))) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().equals("LOCK")) {
          Files.copy(file, leveldb.resolve(file.getFileName()));
        }
      }
    }
  }
}
