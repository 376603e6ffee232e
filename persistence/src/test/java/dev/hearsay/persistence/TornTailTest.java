package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes as LevelDB's mapped log shows them: a record half there, zeros or nothing behind it. */
class TornTailTest {
  private static final int BATCHES = 6;

  @TempDir Path directory;
  private Path original;
  private LogStore store;

  @BeforeEach
  void open() throws IOException {
    original = Files.createDirectories(directory.resolve("original"));
    store = LevelDbLogStore.open(original, true, settings());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aTailTornAtAnyByteIsCutAndEveryWholeBatchIsThere() throws IOException {
    List<Integer> ends = writeBatches(40);
    Path log = log(original);
    byte[] bytes = Files.readAllBytes(log);
    for (int cut = ends.get(BATCHES - 2); cut <= ends.get(BATCHES); cut++) {
      int at = cut;
      long whole = ends.stream().filter(end -> end <= at).count() - 1;
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length);
      assertEquals(whole, batchesAfter(zeros), "zeros from byte " + cut);
      assertEquals(whole, batchesAfter(Arrays.copyOf(bytes, cut)), "nothing from byte " + cut);
    }
  }

  @Test
  void aTailTornInALargeBatchIsCut() throws IOException {
    List<Integer> ends = writeBatches(70_000);
    byte[] bytes = Files.readAllBytes(log(original));
    int from = ends.get(BATCHES - 1);
    int to = ends.get(BATCHES);
    for (int cut = from + 1; cut < to; cut += 4_999) {
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length);
      assertEquals(BATCHES - 1, batchesAfter(zeros), "zeros from byte " + cut);
      byte[] hole = bytes.clone();
      Arrays.fill(hole, from, cut, (byte) 0); // its end reached the disk, its beginning did not
      assertEquals(BATCHES - 1, batchesAfter(hole), "zeros up to byte " + cut);
    }
  }

  @Test
  void damageBeforeWholeBatchesStopsTheStartAndChangesNothing() throws IOException {
    List<Integer> ends = writeBatches(40);
    byte[] bytes = Files.readAllBytes(log(original));
    int last = ends.get(BATCHES - 1);
    for (int at = ends.get(0); at < last; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x04;
      Path copy = copy(damaged);
      UnusableDirectoryException refused =
          assertThrows(
              UnusableDirectoryException.class,
              () -> LevelDbLogStore.open(copy, false, settings()));
      assertTrue(refused.getMessage().contains("offset"), refused::getMessage);
      assertTrue(Arrays.equals(damaged, Files.readAllBytes(log(copy))), "byte " + at);
    }
  }

  @Test
  void whatIsCutIsKept() throws IOException {
    List<Integer> ends = writeBatches(40);
    byte[] bytes = Files.readAllBytes(log(original));
    int cut = ends.get(BATCHES) - 5;
    Path copy = copy(Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
    LevelDbLogStore.open(copy, false, settings()).close();
    try (Stream<Path> files = Files.list(copy.resolve(LevelDbLogStore.DIRECTORY))) {
      Path kept =
          files.filter(file -> file.toString().endsWith(TornTail.KEPT_SUFFIX)).toList().get(0);
      assertEquals(cut - ends.get(BATCHES - 1), Files.size(kept));
    }
  }

  /** As a power loss leaves two logs of which the older was not forced to its end. */
  @Test
  void batchesMissingBetweenTwoLogsStopTheStartAndChangeNothing() throws IOException {
    List<Integer> ends = writeBatches(40);
    byte[] bytes = Files.readAllBytes(log(original));
    for (int lost = 0; lost <= 2; lost++) {
      byte[] older = Arrays.copyOf(bytes, ends.get(2));
      byte[] newer = Arrays.copyOfRange(bytes, ends.get(2 + lost), ends.get(BATCHES));
      Path copy = copy(older);
      Path next = log(copy).resolveSibling("000999.log");
      Files.write(next, newer);
      if (lost == 0) {
        LevelDbLogStore.open(copy, false, settings()).close();
      } else {
        UnusableDirectoryException refused =
            assertThrows(
                UnusableDirectoryException.class,
                () -> LevelDbLogStore.open(copy, false, settings()));
        assertTrue(
            refused.getMessage().contains(lost + " entries are missing before offset 0 of 000999"),
            refused::getMessage);
        assertTrue(Arrays.equals(newer, Files.readAllBytes(next)));
      }
    }
  }

  /** Writes batches and returns where each ends in the log; first, where the first begins. */
  private List<Integer> writeBatches(int valueBytes) throws IOException {
    List<Integer> ends = new ArrayList<>();
    ends.add(end() + 1); // the batch before ours ends with an empty value, whose length is a zero
    for (int i = 0; i < BATCHES; i++) {
      LogBatch batch = new LogBatch();
      byte[] value = new byte[valueBytes];
      Arrays.fill(value, (byte) (i + 'a'));
      batch.put(("batch-" + i).getBytes(StandardCharsets.UTF_8), value);
      store.write(batch, true);
      ends.add(end());
    }
    return ends;
  }

  /** Opens a copy of the store with this log, and counts our batches in it. */
  private long batchesAfter(byte[] log) throws IOException {
    Path copy = copy(log);
    long batches = 0;
    try (LogStore reopened = LevelDbLogStore.open(copy, false, settings())) {
      try (LogStore.Cursor cursor = reopened.cursor()) {
        LogStore.Entry entry = cursor.seek(new byte[0]);
        for (; entry != null; entry = cursor.next()) {
          batches++;
        }
      }
    }
    return batches;
  }

  private Path copy(byte[] log) throws IOException {
    Path copy = Files.createTempDirectory(directory, "copy");
    Path from = original.resolve(LevelDbLogStore.DIRECTORY);
    Path to = Files.createDirectories(copy.resolve(LevelDbLogStore.DIRECTORY));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".log")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    Files.write(to.resolve(log(original).getFileName()), log);
    return copy;
  }

  /** Behind the last byte of the log that is not zero, as all of our values end. */
  private int end() throws IOException {
    byte[] log = Files.readAllBytes(log(original));
    int end = log.length;
    while (log[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static Path log(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve(LevelDbLogStore.DIRECTORY))) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }

  private JournalSettings settings() {
    return new JournalSettings(directory, 0, 1 << 20, 4, 100, 4 << 20, 1 << 20, Durability.ON_SYNC);
  }
}
