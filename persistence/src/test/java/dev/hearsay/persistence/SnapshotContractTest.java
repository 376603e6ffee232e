package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Pekko asks of a snapshot store, asked through Pekko; and what happens to damaged files. */
class SnapshotContractTest {
  private static final String ID = "entity|1";

  @TempDir Path directory;
  private TestSystem system;
  private SnapshotClient snapshots;

  @BeforeEach
  void start() {
    system = TestSystem.in(directory);
    snapshots = system.snapshots();
  }

  @AfterEach
  void stop() {
    system.close();
  }

  @Test
  void anUnknownEntityHasNoSnapshot() {
    assertNull(snapshots.load(ID));
    save(5);
    assertNull(snapshots.load("entity|10"));
  }

  @Test
  void theNewestThatMatchesIsLoaded() {
    SnapshotMetadata first = save(1);
    waitForTheClock(first);
    SnapshotMetadata second = save(2);
    waitForTheClock(second);
    save(3);
    assertEquals("s-3", payload(snapshots.load(ID)));
    assertEquals("s-2", payload(snapshots.load(ID, criteria(2, Long.MAX_VALUE, 0, 0))));
    assertEquals(
        "s-1", payload(snapshots.load(ID, criteria(Long.MAX_VALUE, first.timestamp(), 0, 0))));
    assertNull(snapshots.load(ID, criteria(2, Long.MAX_VALUE, 0, second.timestamp() + 1)));
    assertNull(snapshots.load(ID, SnapshotSelectionCriteria.none()));
  }

  @Test
  void aSnapshotComesBackWithItsMetadata() {
    SnapshotMetadata metadata = SnapshotMetadata.apply(ID, 7).withMetadata("meta");
    SnapshotMetadata saved = snapshots.save(metadata, "state");
    SelectedSnapshot loaded = snapshots.load(ID);
    assertNotNull(loaded);
    assertEquals("state", loaded.snapshot());
    assertEquals(saved, loaded.metadata());
    assertEquals("meta", loaded.metadata().metadata().get());
  }

  @Test
  void saveOverTheSameSequenceNumberWins() {
    save(4);
    snapshots.save(SnapshotMetadata.apply(ID, 4), "modified");
    assertEquals("modified", payload(snapshots.load(ID)));
  }

  @Test
  void savingKeepsTheOlderOnes() throws IOException {
    for (int i = 1; i <= 5; i++) {
      save(i);
    }
    assertEquals(5, files().size());
  }

  @Test
  void oneIsDeletedBySequenceNumber() {
    save(1);
    SnapshotMetadata second = save(2);
    save(3);
    snapshots.delete(SnapshotMetadata.apply(ID, 3, 0));
    assertEquals("s-2", payload(snapshots.load(ID)));
    snapshots.delete(SnapshotMetadata.apply(ID, 2, second.timestamp() + 1));
    assertEquals("s-2", payload(snapshots.load(ID)));
    snapshots.delete(second);
    assertEquals("s-1", payload(snapshots.load(ID)));
  }

  @Test
  void thoseWithinBoundsAreDeleted() {
    List<SnapshotMetadata> saved = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      saved.add(save(i));
      waitForTheClock(saved.get(i - 1));
    }
    snapshots.delete(ID, criteria(3, saved.get(1).timestamp(), 0, 0));
    assertEquals("s-4", payload(snapshots.load(ID)));
    assertEquals("s-3", payload(snapshots.load(ID, criteria(3, Long.MAX_VALUE, 0, 0))));
    assertNull(snapshots.load(ID, criteria(2, Long.MAX_VALUE, 0, 0)));
    snapshots.delete("nobody", SnapshotSelectionCriteria.latest());
  }

  @Test
  void everythingIsThereAfterARestart() {
    save(1);
    snapshots.save(SnapshotMetadata.apply(ID, 2), new byte[100_000]);
    stop();
    start();
    assertEquals(100_000, ((byte[]) payload(snapshots.load(ID))).length);
  }

  @Test
  void aDamagedOneIsPassedOverForTheOneBefore() throws IOException {
    save(1);
    save(2);
    byte[] whole = Files.readAllBytes(newest());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Files.write(newest(), damaged);
      assertEquals("s-1", payload(snapshots.load(ID)), "byte " + at);
    }
    Files.write(newest(), whole);
    assertEquals("s-2", payload(snapshots.load(ID)));
    assertEquals(whole.length, system.metrics().snapshotFallbacks());
  }

  @Test
  void oneThatIsCutOffIsPassedOver() throws IOException {
    save(1);
    save(2);
    byte[] whole = Files.readAllBytes(newest());
    for (int length = 0; length < whole.length; length++) {
      Files.write(newest(), java.util.Arrays.copyOf(whole, length));
      assertEquals("s-1", payload(snapshots.load(ID)), "cut at " + length);
    }
    Files.write(newest(), java.util.Arrays.copyOf(whole, whole.length + 1));
    assertEquals("s-1", payload(snapshots.load(ID)));
  }

  @Test
  void oneOfAnotherEntityIsNotTakenForOurs() throws IOException {
    save(1);
    snapshots.save(SnapshotMetadata.apply("other", 9), "not ours");
    Path theirs =
        files().stream().filter(file -> file.toString().contains("other")).toList().get(0);
    Files.copy(theirs, newest().resolveSibling(theirs.getFileName().toString()));
    assertEquals("s-1", payload(snapshots.load(ID)));
  }

  @Test
  void whenAllAreDamagedLoadingFails() throws IOException {
    save(1);
    Files.write(newest(), new byte[] {1, 2, 3});
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> snapshots.load(ID));
    assertTrue(failure.getMessage().contains("no snapshot of entity \"" + ID), failure::toString);
    assertEquals(1, system.metrics().corruptSnapshots());
  }

  @Test
  void withKeepNewestTheJournalIsCutAtTheOldestOfThem() {
    stop();
    system = TestSystem.in(directory, "hearsay.snapshot-store.keep-newest = 3");
    snapshots = system.snapshots();
    JournalClient journal = system.journal();
    journal.write(ID, 1, 6);
    save(2);
    save(3);
    journal.delete(ID, 3);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), journal.replay(ID).sequenceNrs());
    save(4);
    save(5);
    journal.delete(ID, 5);
    assertEquals(List.of(4L, 5L, 6L), journal.replay(ID).sequenceNrs());
    snapshots.delete(ID, SnapshotSelectionCriteria.latest());
    for (long kept : new long[] {3, 4, 5}) {
      assertEquals("s-" + kept, payload(snapshots.load(ID, criteria(kept, Long.MAX_VALUE, 0, 0))));
    }
    assertNull(snapshots.load(ID, criteria(2, Long.MAX_VALUE, 0, 0)));
    stop();
    system = TestSystem.in(directory, "hearsay.snapshot-store.keep-newest = 3");
    snapshots = system.snapshots();
    snapshots.load(ID);
    system.journal().delete(ID, 6);
    assertEquals(List.of(4L, 5L, 6L), system.journal().replay(ID).sequenceNrs());
  }

  @Test
  void eventsThatAreHeldOutliveTheirSnapshotsAndGoLater() {
    stop();
    system = TestSystem.in(directory, "hearsay.snapshot-store.keep-newest = 3");
    snapshots = system.snapshots();
    JournalClient journal = system.journal();
    journal.write(ID, 1, 8);
    save(4);
    save(5);
    save(6);
    HeldEvents.holdFrom(system.system(), ID, 1);
    journal.delete(ID, 8);
    assertEquals(8, journal.replay(ID).sequenceNrs().size());
    HeldEvents.holdFrom(system.system(), ID, 3);
    journal.delete(ID, 8);
    assertEquals(List.of(3L, 4L, 5L, 6L, 7L, 8L), journal.replay(ID).sequenceNrs());
    HeldEvents.holdFrom(system.system(), ID, 8);
    journal.delete(ID, 8);
    assertEquals(List.of(5L, 6L, 7L, 8L), journal.replay(ID).sequenceNrs(), "of its snapshots");
    assertThrows(IllegalArgumentException.class, () -> HeldEvents.holdFrom(system.system(), ID, 0));
    HeldEvents.holdFrom(system.system(), ID, 2);
    journal.delete(ID, Long.MAX_VALUE);
    assertEquals(List.of(), journal.replay(ID).sequenceNrs(), "the entity is to be gone");
    journal.write(ID, 9, 12);
    save(9);
    save(10);
    save(11);
    journal.delete(ID, 10);
    assertEquals(List.of(10L, 11L, 12L), journal.replay(ID).sequenceNrs(), "nothing is held anew");
  }

  @Test
  void anEntityWhoseEventsAreAllDeletedKeepsNoSnapshots() {
    stop();
    system = TestSystem.in(directory, "hearsay.snapshot-store.keep-newest = 3");
    snapshots = system.snapshots();
    JournalClient journal = system.journal();
    journal.write(ID, 1, 6);
    save(2);
    save(4);
    journal.delete(ID, Long.MAX_VALUE);
    assertEquals(List.of(), journal.replay(ID).sequenceNrs());
    snapshots.delete(ID, SnapshotSelectionCriteria.latest());
    assertNull(snapshots.load(ID));
    // And from the next snapshot on, it is as it was.
    journal.write(ID, 7, 8);
    save(7);
    snapshots.delete(ID, SnapshotSelectionCriteria.latest());
    assertEquals("s-7", payload(snapshots.load(ID)));
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    stop();
    for (String setting : List.of("copies = 3", "copies = 0", "keep-newest = -1")) {
      system = TestSystem.in(directory, "hearsay.snapshot-store." + setting);
      snapshots = system.snapshots();
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> snapshots.load(ID), setting);
      String name = setting.substring(0, setting.indexOf(' '));
      assertTrue(refusal.getMessage().contains("'" + name + "'"), refusal::toString);
      system.close();
    }
    start();
  }

  @Test
  void filesThatAreNotSnapshotsAreLeftAlone() throws IOException {
    save(1);
    Path entity = newest().getParent();
    for (String name :
        List.of(
            "notes.txt",
            "2-20.snapshot",
            "0000000000000000009-0000000000000000090.snapshot",
            "0000000000000000009-0000000000000000090-1.snapshot.bak",
            "9999999999999999999-0000000000000000090-1.snapshot",
            "07.pack",
            "x.copy",
            ".snapshot")) {
      Files.writeString(entity.resolve(name), "garbage");
    }
    assertEquals("s-1", payload(snapshots.load(ID)));
    snapshots.delete(ID, SnapshotSelectionCriteria.latest());
    assertNull(snapshots.load(ID));
    assertTrue(Files.exists(entity.resolve("notes.txt")));
    assertEquals(0, system.metrics().corruptSnapshots());
  }

  @Test
  void whatACrashLeftHalfWrittenIsGoneAfterTheStart() throws IOException {
    save(1);
    stop();
    Path leftover = directory.resolve("snapshots/new/17");
    Files.writeString(leftover, "half");
    start();
    assertEquals("s-1", payload(snapshots.load(ID)));
    assertFalse(Files.exists(leftover));
  }

  /** Saves, and returns the metadata with the time that Pekko gave it. */
  private SnapshotMetadata save(long sequenceNr) {
    return snapshots.save(SnapshotMetadata.apply(ID, sequenceNr), "s-" + sequenceNr);
  }

  /** Until the clock shows a later time than the snapshot has. */
  private static void waitForTheClock(SnapshotMetadata saved) {
    while (System.currentTimeMillis() <= saved.timestamp()) {
      Thread.onSpinWait();
    }
  }

  private static SnapshotSelectionCriteria criteria(
      long maxSequenceNr, long maxTimestamp, long minSequenceNr, long minTimestamp) {
    return SnapshotSelectionCriteria.create(
        maxSequenceNr, maxTimestamp, minSequenceNr, minTimestamp);
  }

  private static Object payload(SelectedSnapshot snapshot) {
    assertNotNull(snapshot);
    return snapshot.snapshot();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("snapshots"))) {
      return files
          .filter(file -> file.toString().endsWith(".snapshot") && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }

  /** The newest file of our entity. */
  private Path newest() throws IOException {
    List<Path> ours = files().stream().filter(file -> !file.toString().contains("other")).toList();
    return ours.get(ours.size() - 1);
  }
}
