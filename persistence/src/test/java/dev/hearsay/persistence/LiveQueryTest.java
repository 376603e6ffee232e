package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static dev.hearsay.persistence.StreamProbe.events;
import static dev.hearsay.persistence.StreamProbe.offset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queries show that wait for more, and what they hold meanwhile. */
class LiveQueryTest {
  private static final int BATCH = 4;

  @TempDir Path directory;
  private TestSystem system;
  private JournalClient journal;

  @BeforeEach
  void start() {
    system =
        TestSystem.in(
            directory,
            FaultyStore.SETTINGS + "\nhearsay.journal.query.batch-events-max = " + BATCH);
    journal = system.journal();
    journal.write("before", 1, 1);
  }

  @AfterEach
  void stop() {
    FaultyStore.of(directory).release();
    system.close();
  }

  @Test
  void eventsOfAnEntityComeAsTheyAreWritten() {
    journal.write("a", 1, 2);
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByPersistenceId("a", 0, Long.MAX_VALUE)).request(100);
    assertEquals(List.of("a-1", "a-2"), events(live.next(2)));
    journal.write("other", 1, 1);
    for (int nr = 3; nr <= 20; nr++) {
      journal.write("a", nr, nr);
      assertEquals("a-" + nr, live.next().event());
    }
    assertTrue(live.isEmpty());
  }

  @Test
  void anEntityThatDoesNotExistYetIsWaitedFor() {
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByPersistenceId("a", 2, 3)).request(100);
    awaitSubscriptions(1);
    journal.write("a", 1, 4);
    assertEquals(List.of("a-2", "a-3"), events(live.next(2)));
    live.expectComplete();
  }

  @Test
  void aLiveQueryCompletesAtItsLastNumberAlsoIfThatIsDeleted() {
    journal.write("a", 1, 4);
    journal.delete("a", 3);
    run(system.queries().eventsByPersistenceId("a", 1, 3)).request(1).expectComplete();
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByPersistenceId("a", 1, 6)).request(9);
    assertEquals("a-4", live.next().event());
    journal.write("a", 5, 7);
    assertEquals(List.of("a-5", "a-6"), events(live.next(2)));
    live.expectComplete();
  }

  @Test
  void eventsWithATagComeAsTheyAreWritten() {
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(100);
    awaitSubscriptions(1);
    for (int nr = 1; nr <= 20; nr++) {
      write("a", nr, "t");
      write("b", nr, "other");
      assertEquals(nr, live.next().sequenceNr());
    }
    expectWritten(
        journal.send(
            atomic(
                journal.event("c", 1, new Tagged("c-1", Set.of("t"))),
                journal.event("c", 2, new Tagged("c-2", Set.of("t"))))),
        2);
    assertEquals(List.of("c-1", "c-2"), events(live.next(2)));
    assertTrue(live.isEmpty());
  }

  @Test
  void newEntitiesComeOnce() {
    StreamProbe<String> live = run(system.queries().persistenceIds()).request(100);
    assertEquals("before", live.next());
    journal.write("a", 1, 3);
    journal.write("before", 2, 2);
    journal.write("b", 1, 1);
    assertEquals(List.of("a", "b"), live.next(2));
    journal.write("a", 4, 4);
    journal.write("c", 1, 1);
    assertEquals("c", live.next());
    assertTrue(live.isEmpty());
  }

  @Test
  void aReaderAtAnyOffsetMissesNothingThatIsCommittedLater() throws InterruptedException {
    int writers = 4;
    int each = 100;
    List<Thread> threads = new ArrayList<>();
    StreamProbe<EventEnvelope> first =
        run(system.queries().eventsByTag("t", Offset.noOffset())).request(Long.MAX_VALUE);
    for (int w = 0; w < writers; w++) {
      String id = "writer-" + w;
      Thread thread =
          new Thread(
              () -> {
                for (int nr = 1; nr <= each; nr++) {
                  write(id, nr, "t");
                }
              });
      threads.add(thread);
      thread.start();
    }
    List<EventEnvelope> all = new ArrayList<>();
    for (int i = 0; i < writers * each; i++) {
      all.add(first.next());
      if (i % 40 == 39) { // a second reader goes on from here, while others write
        List<EventEnvelope> rest =
            run(system.queries().eventsByTag("t", all.get(i - 20).offset())).request(20).next(20);
        assertEquals(all.subList(i - 19, i + 1), rest);
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 1; i < all.size(); i++) {
      assertTrue(offset(all.get(i - 1)) < offset(all.get(i)), "out of order at " + i);
    }
    assertEquals(
        StreamProbe.all(
            system.system(), system.queries().currentEventsByTag("t", Offset.noOffset())),
        all);
    assertTrue(first.isEmpty());
  }

  @Test
  void nothingIsReadThatNobodyAskedFor() {
    for (int nr = 1; nr <= 50; nr++) {
      write("a", nr, "t");
    }
    FaultyStore store = FaultyStore.of(directory);
    int before = store.cursors.get();
    StreamProbe<EventEnvelope> live = run(system.queries().eventsByTag("t", Offset.noOffset()));
    awaitSubscriptions(1);
    assertEquals(before, store.cursors.get(), "read without demand");
    assertEquals(1, live.take().sequenceNr());
    write("a", 51, "t"); // wakes it, and it has no demand
    for (int nr = 2; nr <= BATCH; nr++) {
      assertEquals(nr, live.take().sequenceNr());
    }
    assertEquals(before + 1, store.cursors.get(), "one batch for what one batch holds");
    assertEquals(BATCH + 1, live.take().sequenceNr());
    assertEquals(before + 2, store.cursors.get());
    assertEquals(46, live.request(46).next(46).size());
  }

  @Test
  void aCommitMakesNobodyReadWhoHasNoDemand() {
    write("a", 1, "other");
    FaultyStore store = FaultyStore.of(directory);
    StreamProbe<EventEnvelope> live = run(system.queries().eventsByTag("t", Offset.noOffset()));
    awaitSubscriptions(1);
    int before = store.cursors.get();
    for (int nr = 2; nr <= BATCH; nr++) {
      write("a", nr, "t");
    }
    assertEquals(BATCH - 1, live.request(BATCH - 1).next(BATCH - 1).size());
    assertEquals(before + 1, store.cursors.get());
  }

  @Test
  void aCancelledStreamIsForgotten() {
    List<StreamProbe<?>> live =
        List.of(
            run(system.queries().eventsByTag("t", Offset.noOffset())).request(1),
            run(system.queries().eventsByPersistenceId("a", 0, Long.MAX_VALUE)).request(1),
            run(system.queries().persistenceIds()));
    awaitSubscriptions(3);
    live.forEach(StreamProbe::cancel);
    awaitSubscriptions(0);
    write("a", 1, "t");
  }

  @Test
  void aStreamThatCompletesIsForgotten() {
    journal.write("a", 1, 1);
    StreamProbe<EventEnvelope> live =
        run(system.queries().eventsByPersistenceId("a", 1, 1)).request(2);
    assertEquals("a-1", live.next().event());
    live.expectComplete();
    awaitSubscriptions(0);
  }

  private void write(String id, long sequenceNr, String tag) {
    Tagged event = new Tagged(id + "-" + sequenceNr, Set.of(tag));
    expectWritten(journal.send(atomic(journal.event(id, sequenceNr, event))), 1);
  }

  private <T> StreamProbe<T> run(Source<T, NotUsed> source) {
    return StreamProbe.of(system.system(), source);
  }

  private void awaitSubscriptions(int number) {
    CommitFeed feed = system.openJournal().log().feed();
    await(() -> feed.subscribed() == number);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it does not come");
      Thread.onSpinWait();
    }
  }
}
