package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Objects;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots leave the room free that the journals beside them need to compact. */
class JournalRoomTest {
  @TempDir Path directory;

  @Test
  void snapshotsLeaveTheJournalsRoomFree() {
    try (TestSystem system = TestSystem.in(directory, FaultyStore.SETTINGS)) {
      system.journal().write("entity", 1, 2);
      SnapshotClient snapshots = system.snapshots();
      snapshots.save(SnapshotMetadata.apply("entity", 1, 1), "first");
      FaultyStore.of(directory).backgroundBytes = Long.MAX_VALUE / 4;
      SnapshotMetadata second = SnapshotMetadata.apply("entity", 2, 2);
      assertInstanceOf(FreeSpaceException.class, snapshots.trySave(second, "second"));
      assertEquals("first", loaded(snapshots));
      FaultyStore.of(directory).backgroundBytes = 0;
      snapshots.save(second, "second");
      assertEquals("second", loaded(snapshots));
    }
  }

  @Test
  void aJournalThatHasEndedNeedsNone() {
    try (TestSystem system = TestSystem.in(directory, FaultyStore.SETTINGS)) {
      system.journal().write("entity", 1, 1);
      FaultyStore.of(directory).backgroundBytes = Long.MAX_VALUE / 4;
      system.stopJournal();
      SnapshotClient snapshots = system.snapshots();
      long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
      while (snapshots.trySave(SnapshotMetadata.apply("entity", 1, 1), "state") != null) {
        assertTrue(System.nanoTime() < deadline, "its room is still kept free");
      }
    }
  }

  private static Object loaded(SnapshotClient snapshots) {
    return Objects.requireNonNull(snapshots.load("entity")).snapshot();
  }
}
