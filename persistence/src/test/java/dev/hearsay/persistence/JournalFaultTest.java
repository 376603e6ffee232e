package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectFailure;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.persistence.PersistentRepr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal does when the store below it is slow, full, failing or damaged. */
class JournalFaultTest {
  private static final String ID = "entity";

  @TempDir Path directory;
  private TestSystem system;
  private JournalClient journal;
  private FaultyStore store;

  @BeforeEach
  void start() {
    system = TestSystem.in(directory, FaultyStore.SETTINGS);
    journal = system.journal();
    journal.write(ID, 1, 3);
    store = FaultyStore.of(directory);
  }

  @AfterEach
  void stop() {
    store.release();
    system.close();
  }

  @Test
  void whatWaitsSharesOneSync() throws InterruptedException {
    store.blockNextWrite();
    int before = store.syncs.get();
    List<Probe> probes = new ArrayList<>();
    probes.add(journal.send(atomic(journal.event("first", 1, "x"))));
    store.awaitBlockedWrite();
    for (int i = 0; i < 100; i++) {
      probes.add(journal.send(atomic(journal.event("waiting-" + i, 1, "x"))));
    }
    assertTrue(probes.stream().allMatch(Probe::isEmpty));
    store.release();
    probes.forEach(probe -> expectWritten(probe, 1));
    int syncs = store.syncs.get() - before;
    assertTrue(syncs >= 2 && syncs <= 10, "101 writes took " + syncs + " syncs");
    assertEquals(List.of("x"), journal.replay("waiting-99").payloads());
  }

  @Test
  void everyWriteAloneIsOneSyncAndWaitsForNoOther() {
    int before = store.syncs.get();
    journal.write("alone", 1, 10);
    assertEquals(10, store.syncs.get() - before);
  }

  @Test
  void aReadWaitsForTheWriteBeforeIt() throws InterruptedException {
    store.blockNextWrite();
    Probe write = journal.send(atomic(journal.event(ID, 4, "late")));
    store.awaitBlockedWrite();
    Thread release = new Thread(store::release);
    release.start();
    assertEquals(4, journal.replay(ID).highestSequenceNr());
    expectWritten(write, 1);
    release.join();
  }

  @Test
  void aFailedSyncFailsAllThatWaitedForItAndEveryWriteAfter() throws InterruptedException {
    journal.write("bystander", 1, 1);
    store.blockNextWrite();
    Probe first = journal.send(atomic(journal.event(ID, 4, "lost?")));
    store.awaitBlockedWrite();
    store.failNextSync();
    store.release();
    Throwable failure = expectFailure(first);
    assertInstanceOf(JournalFailedException.class, failure);
    assertFalse(((StorageException) failure).isDefinite());

    int syncs = store.syncs.get();
    Throwable later = expectFailure(journal.send(atomic(journal.event("bystander", 2, "no"))));
    assertInstanceOf(JournalFailedException.class, later);
    assertTrue(((StorageException) later).isDefinite());
    assertEquals(syncs, store.syncs.get(), "nothing more was written");

    assertEquals(List.of("a-1"), journal.replay("bystander").payloads());
    JournalClient.ReplayFailed unknown =
        assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay(ID));
    assertInstanceOf(JournalFailedException.class, unknown.getCause());

    stop();
    system = TestSystem.in(directory, FaultyStore.SETTINGS);
    journal = system.journal();
    assertEquals(4, journal.replay(ID).highestSequenceNr());
    store = FaultyStore.of(directory);
    journal.write(ID, 5, 5);
    journal.write("bystander", 2, 2);
  }

  @Test
  void aDamagedEventStopsRecoveryAndIsNamed() throws IOException {
    byte[] key = JournalFormat.eventKey(ID, 2);
    byte[] value = store.get(key);
    for (int at = 0; at < value.length; at++) {
      store.damage(key, at);
      JournalClient.ReplayFailed failed =
          assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay(ID));
      CorruptRecordException corrupt =
          assertInstanceOf(CorruptRecordException.class, failed.getCause());
      assertEquals(ID, corrupt.persistenceId());
      assertEquals(2, corrupt.sequenceNr());
      assertTrue(failed.eventsBefore() <= 1);
      store.damage(key, at); // and back
    }
    assertEquals(List.of(1L, 2L, 3L), journal.replay(ID).sequenceNrs());
    assertEquals(value.length, system.metrics().corruptRecords());
  }

  @Test
  void aMissingEventStopsRecoveryAndIsNamed() throws IOException {
    store.remove(JournalFormat.eventKey(ID, 2));
    JournalClient.ReplayFailed failed =
        assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay(ID));
    assertEquals(2, ((CorruptRecordException) failed.getCause()).sequenceNr());
    store.remove(JournalFormat.eventKey(ID, 1));
    failed = assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay(ID));
    assertEquals(2, ((CorruptRecordException) failed.getCause()).sequenceNr());
  }

  @Test
  void anEventOfOneEntityIsNotTakenForAnothers() throws IOException {
    byte[] value = store.get(JournalFormat.eventKey(ID, 1));
    journal.write("other", 1, 1);
    LogBatch swap = new LogBatch();
    swap.put(JournalFormat.eventKey("other", 1), value);
    store.write(swap, true);
    assertThrows(JournalClient.ReplayFailed.class, () -> journal.replay("other"));
  }

  @Test
  void withoutSpaceWritesAreRefusedAndReadsGoOnUntilThereIsSpace() {
    long reserve = 64L << 20;
    store.usableBytes = reserve;
    int syncs = store.syncs.get();
    Throwable refused = expectFailure(journal.send(atomic(journal.event(ID, 4, "no"))));
    assertInstanceOf(FreeSpaceException.class, refused);
    assertTrue(((StorageException) refused).isDefinite());
    assertEquals(syncs, store.syncs.get());
    assertEquals(List.of(1L, 2L, 3L), journal.replay(ID).sequenceNrs());
    journal.delete(ID, 1); // deleting makes room
    store.usableBytes = reserve + (1 << 20);
    journal.write(ID, 4, 4);
    assertEquals(List.of(2L, 3L, 4L), journal.replay(ID).sequenceNrs());
  }

  @Test
  void aDeletionMayUseHalfOfTheRoomAndCountsItsOwnBytes() {
    long half = 32L << 20;
    store.usableBytes = half + 8;
    assertFalse(journal.tryDelete(ID, 1));
    store.usableBytes = half + 4096;
    assertTrue(journal.tryDelete(ID, 1));
    assertEquals(List.of(2L, 3L), journal.replay(ID).sequenceNrs());
  }

  @Test
  void deletedEventsLeaveTheStore() throws Exception {
    journal.write("big", 1, 20);
    journal.delete("big", 15);
    waitUntilPurged(15);
    JournalReader reader = new JournalReader(store);
    assertEquals(5, reader.removal("big", 0, 100).events());
    assertEquals(15, reader.head("big").deleted().purgedTo());
    assertEquals(20, reader.head("big").highest());
  }

  @Test
  void deletedEventsLeaveTheStoreAlsoAfterARestart() throws Exception {
    journal.write("big", 1, 20);
    byte[] key = JournalFormat.deletedKey("big");
    LogBatch marker = new LogBatch();
    marker.put(key, JournalFormat.encode(key, new JournalFormat.Deleted(15, 20, 3)));
    store.write(marker, true);
    stop();
    system = TestSystem.in(directory, FaultyStore.SETTINGS);
    journal = system.journal();
    assertEquals(List.of(16L, 17L, 18L, 19L, 20L), journal.replay("big").sequenceNrs());
    store = FaultyStore.of(directory);
    waitUntilPurged(12);
    assertEquals(
        8, new JournalReader(store).removal("big", 0, 100).events(), "events 1-3 are not its");
  }

  @Test
  void manySmallDeletionsAreCompactedLikeALargeOne() {
    int events = 0;
    for (int purged = 0; purged < Purge.COMPACT_EVENTS_MIN; purged += 100) {
      assertEquals(0, system.metrics().compactions(), purged + " events are purged");
      int first = events + 1;
      expectWritten(
          journal.send(
              atomic(
                  IntStream.range(first, first + 100)
                      .mapToObj(nr -> journal.event("big", nr, "x"))
                      .toArray(PersistentRepr[]::new))),
          100);
      events += 100;
      journal.delete("big", events);
      waitUntilPurged(events);
    }
    waitUntil(() -> system.metrics().compactions() == 1);
  }

  @Test
  void theWriterGoesOnWhileDeletedEventsAreRemovedAndCompacted() {
    CountDownLatch compaction = store.blockNextCompaction();
    int events = 5_000;
    assertTrue(events > Purge.COMPACT_EVENTS_MIN);
    for (int from = 1; from <= events; from += 500) {
      int first = from;
      expectWritten(
          journal.send(
              atomic(
                  IntStream.range(first, first + 500)
                      .mapToObj(nr -> journal.event("big", nr, "x"))
                      .toArray(PersistentRepr[]::new))),
          500);
    }
    journal.delete("big", events);
    waitUntil(() -> store.compacting.get() == 1);
    journal.write(ID, 4, 20);
    assertEquals(0, system.metrics().compactions());
    compaction.countDown();
    waitUntil(() -> system.metrics().compactions() == 1);
    stop();
    system = TestSystem.in(directory, FaultyStore.SETTINGS);
    journal = system.journal();
    assertEquals(20, journal.replay(ID).highestSequenceNr());
    JournalClient.Replay big = journal.replay("big");
    assertEquals(List.of(), big.sequenceNrs());
    assertEquals(events, big.highestSequenceNr(), "the highest number outlives its event");
    store = FaultyStore.of(directory);
    Throwable reused = expectFailure(journal.send(atomic(journal.event("big", events, "again"))));
    assertTrue(reused.getMessage().contains("already there"), reused::getMessage);
  }

  private void waitUntilPurged(long events) {
    waitUntil(() -> system.metrics().purgedEvents() >= events);
  }

  private static void waitUntil(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it does not come");
      Thread.onSpinWait();
    }
  }
}
