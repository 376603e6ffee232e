package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectFailure;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static dev.hearsay.persistence.StreamProbe.events;
import static dev.hearsay.persistence.StreamProbe.offset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queries show when the store below is slow, failing or damaged, and when it is closed. */
class QueryFaultTest {
  @TempDir Path directory;
  private TestSystem system;
  private JournalClient journal;
  private FaultyStore store;

  @BeforeEach
  void start() {
    start("");
  }

  private void start(String settings) {
    // The writer's thread writes, so that the journal's actor answers while a write is blocked.
    String writer = "\nhearsay.journal.caller-writes-max = 0\n";
    system = TestSystem.in(directory, FaultyStore.SETTINGS + writer + settings);
    journal = system.journal();
    long last = journal.replay("a").highestSequenceNr(); // opens it
    store = FaultyStore.of(directory);
    if (last == 0) {
      expectWritten(send("a", 1), 1);
    }
  }

  @AfterEach
  void stop() {
    store.release();
    system.close();
  }

  @Test
  void anEventIsShownWhenItIsAcknowledgedAndNotBefore() throws Exception {
    Live live = new Live();
    store.showNextWriteEarly();
    Probe a = send("a", 2);
    store.awaitBlockedWrite();
    Probe b = send("b", 1); // waits for the next batch
    assertNotNull(store.get(JournalFormat.eventKey("a", 2)), "planted: the store has it");
    assertShown(1);
    live.expectNothing();
    assertTrue(a.isEmpty());
    store.release();
    live.expectSecondEvent();
    expectWritten(a, 1);
    expectWritten(b, 1);
    assertEquals("b", live.ids.next());
  }

  @Test
  void anEntityIsNotShownBeforeItsFirstEventIsAcknowledged() throws Exception {
    store.showNextWriteEarly();
    Probe b = send("b", 1);
    store.awaitBlockedWrite();
    assertEquals(List.of("a"), all(system.queries().currentPersistenceIds()));
    assertEquals(List.of(), all(system.queries().currentEventsByPersistenceId("b", 0, 9)));
    store.release();
    expectWritten(b, 1);
    assertEquals(List.of("a", "b"), all(system.queries().currentPersistenceIds()));
  }

  @Test
  void whatAFailedWriteLeftInTheStoreIsNotShownAndLiveStreamsFail() throws Exception {
    Live live = new Live();
    store.failNextSync();
    expectFailure(send("a", 2));
    assertNotNull(store.get(JournalFormat.eventKey("a", 2)), "planted: the store has it");
    for (StreamProbe<?> stream : live.all()) {
      Throwable failure = stream.expectFailure();
      assertInstanceOf(JournalFailedException.class, failure);
      assertTrue(failure.getMessage().contains("takes no more writes"), failure::getMessage);
    }
    assertShown(1);
    assertInstanceOf(
        JournalFailedException.class,
        run(system.queries().eventsByTag("none", Offset.noOffset())).request(1).expectFailure());
    StreamProbe<EventEnvelope> late =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(2);
    assertEquals("a-1", late.next().event());
    assertInstanceOf(JournalFailedException.class, late.expectFailure());
  }

  @Test
  void whatAFailedWriteLeftInTheStoreStaysUnshownWhenMoreWritesAreRefused() throws Exception {
    store.failNextSync();
    expectFailure(send("a", 2));
    assertNotNull(store.get(JournalFormat.eventKey("a", 2)), "planted: the store has it");
    expectFailure(send("b", 1));
    assertShown(1);
  }

  @Test
  void deletedEventsAreNotShownWhileTheyAreStillInTheStore() throws Exception {
    expectWritten(send("b", 1), 1);
    expectWritten(send("a", 2), 1);
    expectWritten(send("a", 3), 1);
    byte[] key = JournalFormat.deletedKey("a");
    LogBatch marker = new LogBatch(); // and nobody is told to remove them
    marker.put(key, JournalFormat.encode(key, new JournalFormat.Deleted(2, 3, 0)));
    store.write(marker, true);
    assertNotNull(store.get(JournalFormat.eventKey("a", 1)), "planted: the store has it");
    assertNotNull(store.get(IndexFormat.tagKey("t", 1)), "planted: the index has it");
    assertEquals(
        List.of("b-1", "a-3"),
        events(all(system.queries().currentEventsByTag("t", Offset.noOffset()))));
    assertEquals(
        List.of("a-3"), events(all(system.queries().currentEventsByPersistenceId("a", 0, 9))));
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(9);
    assertEquals("b-1", live.next().event());
    assertEquals("a-3", live.next().event());
    expectWritten(send("a", 4), 1);
    assertEquals("a-4", live.next().event());
  }

  @Test
  void liveStreamsFailWhenTheJournalIsClosed() {
    Live live = new Live();
    system.stopJournal();
    for (StreamProbe<?> stream : live.all()) {
      Throwable failure = stream.expectFailure();
      assertInstanceOf(JournalFailedException.class, failure);
      assertTrue(failure.getMessage().contains("is closed"), failure::getMessage);
    }
  }

  @Test
  void aReadThatFailsFailsTheStream() {
    store.failReads();
    for (StreamProbe<?> stream :
        List.of(
            run(system.queries().currentEventsByTag("t", Offset.noOffset())),
            run(system.queries().eventsByPersistenceId("a", 0, 9)),
            run(system.queries().persistenceIds()))) {
      Throwable failure = stream.request(1).expectFailure();
      assertInstanceOf(StorageException.class, failure);
      assertTrue(failure.getMessage().contains("planted: read failed"), failure::getMessage);
    }
  }

  @Test
  void aJournalThatDoesNotStartFailsTheStreamAndSaysWhy() throws IOException {
    Path other = directory.resolve("other");
    Files.createDirectories(other.resolve("journal"));
    Files.writeString(other.resolve("journal").resolve("stranger"), "x");
    try (TestSystem refused = TestSystem.in(other)) {
      Throwable failure =
          StreamProbe.of(refused.system(), refused.queries().persistenceIds())
              .request(1)
              .expectFailure();
      assertInstanceOf(UnusableDirectoryException.class, failure);
    }
  }

  @Test
  void aDamagedEventFailsTheStreamAndIsNamed() throws IOException {
    expectWritten(send("a", 2), 1);
    store.damage(JournalFormat.eventKey("a", 2), 40);
    for (Source<EventEnvelope, NotUsed> query :
        List.of(
            system.queries().currentEventsByTag("t", Offset.sequence(1)),
            system.queries().eventsByPersistenceId("a", 2, 9))) {
      Throwable failure = run(query).request(1).expectFailure();
      assertInstanceOf(CorruptRecordException.class, failure);
      assertTrue(failure.getMessage().contains("event 2 of entity \"a\""), failure::getMessage);
    }
    assertEquals(2, system.metrics().corruptRecords());
  }

  @Test
  void aDamagedLastEventIsLeftOutAndTheEndsOfOthersAreTold() throws IOException {
    expectWritten(send("a", 2), 1);
    store.damage(JournalFormat.eventKey("a", 2), 40);
    expectWritten(send("b", 1), 1);
    List<EntityEnd> ends =
        system.queries().currentEnds(List.of("a", "b")).toCompletableFuture().join();
    assertEquals(2, ends.get(0).highestSequenceNr());
    assertTrue(ends.get(0).last().isEmpty());
    assertTrue(ends.get(1).last().isPresent());
    assertEquals(1, system.metrics().corruptRecords());
  }

  @Test
  void aMissingEventFailsTheStreamOfItsTag() throws IOException {
    expectWritten(send("a", 2), 1);
    store.remove(JournalFormat.eventKey("a", 1));
    Throwable failure =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(1).expectFailure();
    assertInstanceOf(CorruptRecordException.class, failure);
    assertTrue(failure.getMessage().contains("place under tag \"t\""), failure::getMessage);
  }

  @Test
  void aDamagedIndexFailsTheStreamAndIsNamed() throws IOException {
    store.damage(IndexFormat.tagKey("t", 1), 6);
    store.damage(IndexFormat.entityKey(1), 4);
    for (StreamProbe<?> stream :
        List.of(
            run(system.queries().eventsByTag("t", Offset.noOffset())),
            run(system.queries().currentPersistenceIds()))) {
      Throwable failure = stream.request(1).expectFailure();
      assertTrue(failure.getMessage().contains("place 1 of the index of"), failure::getMessage);
    }
  }

  @Test
  void aPlaceThatNamesAnotherEventIsNoticed() throws IOException {
    expectWritten(send("a", 2), 1);
    LogBatch forged = new LogBatch();
    byte[] key = IndexFormat.tagKey("t", 1);
    forged.put(key, IndexFormat.encodePlace(key, "a", 2));
    store.write(forged, true);
    assertInstanceOf(
        CorruptRecordException.class,
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(1).expectFailure());
  }

  @Test
  void aDamagedRecordOfTheHighestOrdinalStopsTheStart() throws IOException {
    store.damage(IndexFormat.highestKey(), 8);
    stop();
    system = TestSystem.in(directory, FaultyStore.SETTINGS);
    Throwable failure =
        assertThrows(JournalClient.ReplayFailed.class, () -> system.journal().replay("a"))
            .getCause();
    assertInstanceOf(UnusableDirectoryException.class, failure);
    assertTrue(failure.getMessage().contains("highest ordinal"), failure::getMessage);
  }

  @Test
  void anOffsetIsNotUsedTwiceAlsoWhenAPowerLossTookIt() throws IOException {
    stop();
    start("hearsay.journal.durability = os");
    byte[] atOpening = store.get(IndexFormat.highestKey());
    expectWritten(send("a", 2), 1);
    List<EventEnvelope> shown = all(system.queries().currentEventsByTag("t", Offset.sequence(1)));
    assertEquals(List.of("a-2"), events(shown));
    LogBatch lost = new LogBatch(); // as if the disk had never had it
    lost.delete(JournalFormat.eventKey("a", 2));
    lost.delete(IndexFormat.tagKey("t", offset(shown.get(0))));
    lost.put(IndexFormat.highestKey(), atOpening);
    store.write(lost, true);
    stop();
    start();
    expectWritten(send("a", 2), 1);
    assertEquals(
        List.of("a-2"),
        events(all(system.queries().currentEventsByTag("t", shown.get(0).offset()))));
  }

  /** One live stream of each kind, at its end: entity "a" has one event, with tag "t". */
  private final class Live {
    final StreamProbe<EventEnvelope> tag =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(9);
    final StreamProbe<EventEnvelope> entity =
        run(system.queries().eventsByPersistenceId("a", 0, Long.MAX_VALUE)).request(9);
    final StreamProbe<String> ids = run(system.queries().persistenceIds()).request(9);

    Live() {
      assertEquals("a-1", tag.next().event());
      assertEquals("a-1", entity.next().event());
      assertEquals("a", ids.next());
    }

    List<StreamProbe<?>> all() {
      return new ArrayList<>(List.of(tag, entity, ids));
    }

    void expectNothing() {
      assertTrue(all().stream().allMatch(StreamProbe::isEmpty));
    }

    void expectSecondEvent() {
      assertEquals("a-2", tag.next().event());
      assertEquals("a-2", entity.next().event());
    }
  }

  private void assertShown(int events) {
    assertEquals(events, all(system.queries().currentEventsByTag("t", Offset.noOffset())).size());
    assertEquals(events, all(system.queries().currentEventsByPersistenceId("a", 0, 9)).size());
  }

  private Probe send(String id, long nr) {
    return journal.send(atomic(journal.event(id, nr, new Tagged(id + "-" + nr, Set.of("t")))));
  }

  private <T> StreamProbe<T> run(Source<T, NotUsed> source) {
    return StreamProbe.of(system.system(), source);
  }

  private <T> List<T> all(Source<T, NotUsed> source) {
    return StreamProbe.all(system.system(), source);
  }
}
