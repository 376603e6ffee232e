package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process ends before every single operation on the disk, and what was saved is there. */
class SnapshotCrashTest {
  private static final String ID = "e";
  private static final int SNAPSHOTS = 6;
  private static final int KEPT = 3;
  private static final int OPERATIONS_MIN = 50;
  private static final int STATE_BYTES = 600_000;
  private static final List<byte[]> STATES = states();

  @TempDir Path directory;

  @Test
  void aKillAtAnyOperationLosesNothing() throws IOException {
    assertTrue(sweep(Loss.NOTHING, 0) > OPERATIONS_MIN);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aPowerLossAtAnyOperationLosesNothing(long seed) throws IOException {
    assertTrue(sweep(Loss.POWER, seed) > OPERATIONS_MIN);
  }

  @Test
  void afterAFailureOfAnyOperationTheStoreGoesOn() throws IOException {
    assertTrue(sweep(Loss.ONE_OPERATION, 0) > OPERATIONS_MIN);
  }

  /** The fault that the sweeps are there to find. */
  @Test
  void aDirectoryThatIsNotForcedIsFoundOut() {
    assertThrows(AssertionError.class, () -> sweep(Loss.POWER_AND_FORCED_NAMES, 1));
  }

  private enum Loss {
    NOTHING,
    POWER,
    POWER_AND_FORCED_NAMES,
    ONE_OPERATION
  }

  /** Stops at each operation in turn; returns how many there are. */
  private int sweep(Loss loss, long seed) throws IOException {
    for (int stopAt = 0; ; stopAt++) {
      Path store = directory.resolve("store");
      Path graveyard = Files.createDirectories(directory.resolve("graveyard"));
      CrashingDisk disk =
          new CrashingDisk(
              graveyard, stopAt, loss == Loss.ONE_OPERATION, loss == Loss.POWER_AND_FORCED_NAMES);
      TreeSet<Integer> there = new TreeSet<>();
      TreeSet<Integer> perhaps = new TreeSet<>();
      run(store, disk, there, perhaps);
      if (loss == Loss.POWER || loss == Loss.POWER_AND_FORCED_NAMES) {
        disk.losePower(new Random(seed * 1_000 + stopAt));
      }
      check(store, there, perhaps, "stopped at operation " + stopAt);
      CrashingDisk.deleteAll(store);
      CrashingDisk.deleteAll(graveyard);
      if (!disk.isStopped()) {
        return stopAt;
      }
    }
  }

  /** Saves snapshot after snapshot and deletes the oldest, until the disk stops. */
  private static void run(
      Path store, CrashingDisk disk, NavigableSet<Integer> there, NavigableSet<Integer> perhaps) {
    try (SnapshotFiles files = open(store, disk)) {
      for (int i = 1; i <= SNAPSHOTS; i++) {
        int oldest = i - KEPT;
        perhaps.add(i);
        try {
          save(files, i);
          perhaps.remove(i);
          there.add(i);
          perhaps.addAll(there.headSet(oldest, true));
          there.headSet(oldest, true).clear();
          files.delete(ID, name -> name.sequenceNr() <= oldest);
          perhaps.headSet(oldest, true).clear();
        } catch (IOException e) {
          assertTrue(disk.isStopped(), e::toString); // one operation failed; it goes on
        }
      }
    } catch (UnusableDirectoryException | CrashingDisk.Crash e) {
      assertTrue(disk.isStopped(), e::toString);
    }
  }

  private static void check(
      Path store, NavigableSet<Integer> there, NavigableSet<Integer> perhaps, String when)
      throws IOException {
    try (SnapshotFiles files = open(store, SnapshotDisk.FILES)) {
      TreeSet<Integer> found = new TreeSet<>();
      for (SnapshotFileName name : files.list(ID)) {
        int number = (int) name.sequenceNr();
        found.add(number);
        assertTrue(there.contains(number) || perhaps.contains(number), when + ": " + number);
        assertArrayEquals(STATES.get(number), load(files, name), when + ": " + name);
      }
      assertTrue(found.containsAll(there), () -> when + ": of " + there + " only " + found);
      SnapshotInspection inspection = SnapshotInspection.of(store);
      assertEquals(List.of(), inspection.orphans(), when);
      assertEquals(List.of(), inspection.strangers(), when);
      inspection.snapshots().forEach(each -> assertNull(each.damage(), when));
      try (Stream<Path> leftovers = Files.list(store.resolve("new"))) {
        assertEquals(List.of(), leftovers.toList(), when);
      }
      save(files, SNAPSHOTS + 1);
      assertArrayEquals(
          STATES.get(SNAPSHOTS + 1), load(files, files.list(ID).get(0)), when + ": the next");
    }
  }

  private static SnapshotFiles open(Path store, SnapshotDisk disk) {
    return SnapshotFiles.open(SnapshotSettings.in(store).withDisk(disk), new PersistenceMetrics());
  }

  private static void save(SnapshotFiles files, int number) throws IOException {
    files.save(
        new SnapshotManifest.Head(ID, number, number, 4, "", false, null),
        out -> out.part("").write(STATES.get(number)));
  }

  private static byte[] load(SnapshotFiles files, SnapshotFileName name) throws IOException {
    return files.load(
        ID,
        name,
        (head, parts) -> {
          try (InputStream in = parts.open("")) {
            return in.readAllBytes();
          }
        });
  }

  /** Each differs from the one before in one place. */
  private static List<byte[]> states() {
    Random random = new Random(7);
    List<byte[]> states = new ArrayList<>();
    byte[] state = new byte[STATE_BYTES];
    random.nextBytes(state);
    for (int i = 0; i <= SNAPSHOTS + 1; i++) {
      states.add(state.clone());
      byte[] change = new byte[60_000];
      random.nextBytes(change);
      System.arraycopy(
          change, 0, state, random.nextInt(STATE_BYTES - change.length), change.length);
    }
    return states;
  }
}
