package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What snapshots share is written once, kept as long as one needs it, and survives damage. */
class SnapshotPartsTest {
  private static final String ID = "e";
  private static final int STATE_BYTES = 2_000_000;

  @TempDir Path directory;
  private PersistenceMetrics metrics = new PersistenceMetrics();

  @Test
  void aChangeInOnePlaceCostsThatPlace() throws IOException {
    try (SnapshotFiles files = open(2)) {
      byte[] state = random(1, STATE_BYTES);
      save(files, 1, state);
      assertTrue(written() > 2L * STATE_BYTES, "the first is whole, and twice");
      System.arraycopy(random(2, 20_000), 0, state, 700_000, 20_000);
      save(files, 2, state);
      long changed = written();
      assertTrue(changed < 2 * (20_000 + 3L * ContentChunker.CHUNK_BYTES_MAX), "" + changed);
      byte[] inserted = concat(random(3, 1_000), state);
      save(files, 3, inserted);
      assertTrue(written() < 2L * 2 * ContentChunker.CHUNK_BYTES_MAX, "an insertion in front");
      assertArrayEquals(inserted, load(files, 3));
      assertArrayEquals(state, load(files, 2));
    }
  }

  @Test
  void aStateThatDidNotChangeCostsItsManifest() throws IOException {
    byte[] state = random(1, STATE_BYTES);
    for (int i = 1; i <= 3; i++) {
      try (SnapshotFiles files = open(2)) {
        save(files, i, state);
        long written = written();
        assertTrue(i == 1 || written < STATE_BYTES / 100, "also after a restart: " + written);
        assertArrayEquals(state, load(files, i));
      }
    }
  }

  @Test
  void whatASnapshotNeedsOutlivesTheOneThatHadIt() throws IOException {
    try (SnapshotFiles files = open(2)) {
      byte[] state = random(1, STATE_BYTES);
      for (int i = 1; i <= 40; i++) {
        System.arraycopy(random(i, 20_000), 0, state, i * 30_000, 20_000);
        save(files, i, state);
        int oldest = i - 2;
        files.delete(ID, name -> name.sequenceNr() < oldest);
        SnapshotInspection inspection = SnapshotInspection.of(directory);
        assertEquals(List.of(), inspection.orphans());
        assertEquals(Math.min(i, 3), inspection.snapshots().size());
        inspection.snapshots().forEach(each -> assertEquals(null, each.damage()));
      }
      assertArrayEquals(state, load(files, 40));
      assertTrue(
          diskBytes() < 2 * 3L * STATE_BYTES, "what is needed no more is gone: " + diskBytes());
      files.delete(ID, name -> true);
      assertEquals(0, diskBytes());
    }
  }

  @Test
  void aDamagedByteIsReadFromTheCopyAndWrittenAgain() throws IOException {
    byte[] state = random(1, STATE_BYTES);
    try (SnapshotFiles files = open(2)) {
      save(files, 1, state);
    }
    damage(".snapshot", 500_000);
    try (SnapshotFiles files = open(2)) {
      assertArrayEquals(state, load(files, 1));
      assertEquals(1, metrics.mendedChunks());
      written();
      save(files, 2, state);
      assertTrue(written() > 2L * STATE_BYTES, "nothing is built on a damaged file");
      assertArrayEquals(state, load(files, 2));
      assertEquals(1, metrics.mendedChunks());
    }
  }

  @Test
  void withoutACopyEverySnapshotThatNamesADamagedChunkIsRefused() throws IOException {
    byte[] state = random(1, STATE_BYTES);
    try (SnapshotFiles files = open(1)) {
      save(files, 1, state);
      save(files, 2, state);
      byte[] other = random(9, STATE_BYTES);
      save(files, 3, other);
      save(files, 4, concat(other, state));
      damage("-1.snapshot", 500_000);
      for (int each : new int[] {1, 2, 4}) {
        // Of the fourth, the chunks of the old state were written anew: the third has none.
        if (each == 4) {
          assertArrayEquals(concat(other, state), load(files, each));
        } else {
          assertThrows(MalformedSnapshotException.class, () -> load(files, each), "" + each);
        }
      }
      assertArrayEquals(other, load(files, 3));
    }
  }

  @Test
  void theNextIsNotBuiltOnADamagedOne() throws IOException {
    byte[] state = random(1, STATE_BYTES);
    try (SnapshotFiles files = open(1)) {
      save(files, 1, state);
      save(files, 2, state);
    }
    damage("-1.snapshot", 500_000);
    try (SnapshotFiles files = open(1)) {
      save(files, 3, state);
      assertArrayEquals(state, load(files, 3));
    }
  }

  @Test
  void damageAnywhereIsFoundOrMendedAndNeverRead() throws IOException {
    for (int copies = 1; copies <= 2; copies++) {
      byte[] state = random(1, 400_000);
      byte[] changed = concat(state, random(2, 50_000));
      try (SnapshotFiles files = open(copies)) {
        save(files, 1, state);
        save(files, 2, changed);
        for (Path file : files()) {
          byte[] whole = Files.readAllBytes(file);
          int step = Math.max(1, whole.length / 100);
          int manifest = whole.length - 1_500;
          for (int at = 0; at < whole.length; at += at < 40 || at > manifest ? 1 : step) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            String where = copies + " " + file.getFileName() + " byte " + at;
            boolean one = isRead(files, 1, state, where);
            boolean two = isRead(files, 2, changed, where);
            assertTrue(one || two || file.toString().contains("-1."), where);
            assertTrue(copies == 1 || (one && two), where);
          }
          Files.write(file, whole);
        }
        files.delete(ID, name -> true);
      }
    }
  }

  @Test
  void partsAreNamedTakenOverAndReadBack() throws IOException {
    Map<String, byte[]> parts = new HashMap<>();
    for (String name : List.of("a", "b", "c")) {
      parts.put(name, random(name.hashCode(), 500_000));
    }
    try (SnapshotFiles files = open(2)) {
      files.save(head(1), out -> write(out, parts, List.of()));
      written();
      parts.put("d", random(4, 30_000));
      files.save(head(2), out -> write(out, parts, List.of("a", "b", "c")));
      assertTrue(written() < 70_000);
      files.delete(ID, name -> name.sequenceNr() == 1);
      files.load(
          ID,
          files.list(ID).get(0),
          (head, in) -> {
            assertEquals(List.of("a", "b", "c", "d"), in.names());
            for (String name : in.names()) {
              assertEquals(parts.get(name).length, in.bytes(name));
              try (InputStream part = in.open(name)) {
                assertArrayEquals(parts.get(name), part.readAllBytes());
              }
            }
            assertThrows(IllegalArgumentException.class, () -> in.open("e"));
            return true;
          });
    }
  }

  @Test
  void partsThatCannotBeAreRefusedAndNothingIsStored() throws IOException {
    try (SnapshotFiles files = open(2)) {
      List<SnapshotFiles.Content> wrong =
          List.of(
              out -> out.reuse("a"),
              out -> {
                out.part("a");
                out.part("a");
              },
              out -> out.part("x".repeat(SnapshotPartsWriter.NAME_BYTES_MAX + 1)));
      for (SnapshotFiles.Content content : wrong) {
        assertThrows(IllegalArgumentException.class, () -> files.save(head(1), content));
      }
      assertThrows(
          IOException.class,
          () ->
              files.save(
                  head(1),
                  out -> {
                    OutputStream first = out.part("a");
                    out.part("b");
                    first.write(1);
                  }));
      assertEquals(List.of(), files.list(ID));
      assertEquals(0, diskBytes());
    }
  }

  @Test
  void withoutSpaceNothingIsStored() throws IOException {
    long[] usable = {10_000_000};
    SnapshotSettings settings =
        new SnapshotSettings(directory, 2, 8_000_000, 0, SnapshotDisk.FILES, () -> usable[0]);
    try (SnapshotFiles files = SnapshotFiles.open(settings, metrics)) {
      save(files, 1, random(1, 400_000));
      usable[0] = 8_500_000;
      assertThrows(FreeSpaceException.class, () -> save(files, 2, random(2, STATE_BYTES)));
      assertEquals(1, files.list(ID).size());
      usable[0] = 100_000_000;
      save(files, 2, random(2, STATE_BYTES));
      assertArrayEquals(random(2, STATE_BYTES), load(files, 2));
    }
  }

  @Test
  void filesOfOthersAreNotTouchedAtTheStart() throws IOException {
    try (SnapshotFiles files = open(2)) {
      save(files, 1, random(1, STATE_BYTES));
    }
    Path entity = directory.resolve("entities").resolve(ID);
    Files.writeString(entity.resolve("notes.pack"), "mine");
    Files.writeString(directory.resolve("new/notes"), "mine");
    Files.write(entity.resolve("77.pack"), new byte[10]);
    Files.write(entity.resolve("77.copy"), new byte[10]);
    Files.write(directory.resolve("new/5.copy"), new byte[10]);
    SnapshotInspection inspection = SnapshotInspection.of(directory);
    assertEquals(2, inspection.orphans().size());
    assertEquals(List.of(entity.resolve("notes.pack")), inspection.strangers());
    try (SnapshotFiles files = open(2)) {
      assertArrayEquals(random(1, STATE_BYTES), load(files, 1));
    }
    assertEquals("mine", Files.readString(entity.resolve("notes.pack")));
    assertEquals("mine", Files.readString(directory.resolve("new/notes")));
    assertEquals(List.of(), SnapshotInspection.of(directory).orphans());
    assertTrue(Files.notExists(directory.resolve("new/5.copy")));
  }

  @Test
  void anInspectionNamesWhatIsDamaged() throws IOException {
    byte[] state = random(1, STATE_BYTES);
    try (SnapshotFiles files = open(2)) {
      save(files, 1, state);
      save(files, 2, state);
    }
    damage("1.copy", 300_000);
    SnapshotInspection.Found newest = SnapshotInspection.of(directory).snapshots().get(0);
    assertEquals(List.of(1L), newest.damagedFiles());
    assertEquals(null, newest.damage());
    assertEquals(STATE_BYTES, newest.stateBytes());
    damage("-1.snapshot", 300_000);
    SnapshotInspection inspection = SnapshotInspection.of(directory);
    assertTrue(String.valueOf(inspection.snapshots().get(0).damage()).contains("file number 1"));
    assertEquals(2, inspection.snapshots().get(0).sequenceNr());
    assertEquals(ID, inspection.snapshots().get(1).persistenceId());
  }

  /** A process of 64 MB writes and reads a snapshot of 160 MB. */
  @Test
  void aSnapshotLargerThanTheMemoryStreams() throws IOException {
    try (ChildJvm child = ChildJvm.start(LargerThanMemory.class, directory.toString())) {
      assertEquals("read 160 MiB", child.readLine());
    }
  }

  /** Runs in a process of its own. */
  static final class LargerThanMemory {
    private LargerThanMemory() {}

    public static void main(String[] arguments) throws IOException {
      if (Runtime.getRuntime().maxMemory() > 300 << 20) {
        throw new IllegalStateException("so much memory shows nothing");
      }
      long bytes = 160L << 20;
      List<byte[]> ballast = new ArrayList<>();
      while (Runtime.getRuntime().maxMemory() - ballast.size() * (8L << 20) > 64 << 20) {
        ballast.add(new byte[8 << 20]);
      }
      PersistenceMetrics metrics = new PersistenceMetrics();
      try (SnapshotFiles files =
          SnapshotFiles.open(SnapshotSettings.in(Path.of(arguments[0])), metrics)) {
        for (int i = 1; i <= 2; i++) {
          files.save(head(i), out -> fill(out.part("large"), bytes));
        }
        long read =
            files.load(
                ID,
                files.list(ID).get(0),
                (head, in) -> in.open("large").transferTo(OutputStream.nullOutputStream()));
        if (read == bytes && metrics.snapshotBytes() < 2 * bytes + bytes / 10) {
          System.out.println("read " + (read >> 20) + " MiB");
        }
      }
      if (ballast.isEmpty()) {
        throw new IllegalStateException();
      }
    }

    private static void fill(OutputStream out, long bytes) throws IOException {
      Random random = new Random(1);
      byte[] buffer = new byte[1 << 20];
      for (long at = 0; at < bytes; at += buffer.length) {
        random.nextBytes(buffer);
        out.write(buffer);
      }
    }
  }

  private static void write(
      SnapshotPartsWriter out, Map<String, byte[]> parts, List<String> unchanged)
      throws IOException {
    assertEquals(unchanged, out.previous().map(SnapshotPartsReader::names).orElse(List.of()));
    for (String name : parts.keySet().stream().sorted().toList()) {
      if (unchanged.contains(name)) {
        out.reuse(name);
      } else {
        out.part(name).write(parts.get(name));
      }
    }
  }

  private static boolean isRead(SnapshotFiles files, int number, byte[] state, String where)
      throws IOException {
    try {
      assertArrayEquals(state, load(files, number), where);
      return true;
    } catch (MalformedSnapshotException e) {
      return false;
    }
  }

  private SnapshotFiles open(int copies) {
    return SnapshotFiles.open(SnapshotSettings.in(directory).withCopies(copies), metrics);
  }

  /** Bytes written since it was last asked. */
  private long written() {
    long written = metrics.snapshotBytes();
    metrics.snapshotBytes.reset();
    return written;
  }

  private static SnapshotManifest.Head head(long number) {
    return new SnapshotManifest.Head(ID, number, number, 4, "", true, null);
  }

  private static void save(SnapshotFiles files, long number, byte[] state) throws IOException {
    files.save(head(number), out -> out.part("").write(state));
  }

  private static byte[] load(SnapshotFiles files, int number) throws IOException {
    SnapshotFileName name =
        files.list(ID).stream().filter(each -> each.sequenceNr() == number).findFirst().get();
    return files.load(
        ID,
        name,
        (head, parts) -> {
          try (InputStream in = parts.open("")) {
            return in.readAllBytes();
          }
        });
  }

  private void damage(String nameEnd, int at) throws IOException {
    Path file =
        files().stream().filter(each -> each.toString().endsWith(nameEnd)).findFirst().get();
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("entities"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private long diskBytes() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
