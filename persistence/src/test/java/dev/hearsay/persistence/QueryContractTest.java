package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static dev.hearsay.persistence.StreamProbe.events;
import static dev.hearsay.persistence.StreamProbe.offset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queries show of a journal that is well, when they complete with what is there. */
class QueryContractTest {
  private static final String SMALL_BATCHES = "hearsay.journal.query.batch-events-max = 3\n";

  @TempDir Path directory;
  private TestSystem system;
  private JournalClient journal;

  @BeforeEach
  void start() {
    start(SMALL_BATCHES);
  }

  private void start(String settings) {
    system = TestSystem.in(directory, settings);
    journal = system.journal();
  }

  @AfterEach
  void stop() {
    system.close();
  }

  @Test
  void eventsOfAnEntityComeInOrderWithinBothEnds() {
    journal.write("a", 1, 10);
    journal.write("b", 1, 3);
    assertEquals(numbers(1, 10), ofEntity("a", 0, Long.MAX_VALUE));
    assertEquals(numbers(3, 5), ofEntity("a", 3, 5));
    assertEquals(numbers(10, 10), ofEntity("a", 10, Long.MAX_VALUE));
    assertEquals(List.of(), ofEntity("a", 11, Long.MAX_VALUE));
    assertEquals(List.of(), ofEntity("a", 5, 4));
    assertEquals(List.of(), ofEntity("nobody", 1, Long.MAX_VALUE));
    assertEquals(List.of(), ofEntity("a", Long.MAX_VALUE, Long.MAX_VALUE));
  }

  @Test
  void anEnvelopeHasAllOfItsEvent() {
    expectWritten(
        journal.send(
            atomic(
                journal
                    .event("a", 1, new Tagged("x", Set.of("t")))
                    .withTimestamp(1234567890123L)
                    .withMetadata("meta"))),
        1);
    for (EventEnvelope envelope :
        List.of(
            all(system.queries().currentEventsByPersistenceId("a", 0, Long.MAX_VALUE)).get(0),
            tagged("t", Offset.noOffset()).get(0))) {
      assertEquals("a", envelope.persistenceId());
      assertEquals(1, envelope.sequenceNr());
      assertEquals("x", envelope.event());
      assertEquals(1234567890123L, envelope.timestamp());
      assertEquals("meta", envelope.getEventMetaData().get());
      assertEquals(Offset.sequence(1), envelope.offset());
    }
  }

  @Test
  void eventsWithATagComeInTheOrderOfTheirCommits() {
    write("b", 1, "first", "green");
    write("a", 1, "second", "green", "blue");
    write("b", 2, "no tag");
    write("b", 3, "third", "blue");
    write("a", 2, "fourth", "green");
    assertEquals(List.of("first", "second", "fourth"), events(tagged("green", Offset.noOffset())));
    assertEquals(List.of("second", "third"), events(tagged("blue", Offset.noOffset())));
    assertEquals(List.of(), tagged("gre", Offset.noOffset()));
    assertEquals(List.of(), tagged("unknown", Offset.noOffset()));
    assertEquals(List.of(), tagged("", Offset.noOffset()));
    assertEquals(
        offset(tagged("green", Offset.noOffset()).get(1)),
        offset(tagged("blue", Offset.noOffset()).get(0)));
  }

  @Test
  void aReaderGoesOnBehindItsOffsetAlsoAfterARestart() {
    for (int nr = 1; nr <= 10; nr++) {
      write(nr % 2 == 0 ? "even" : "odd", nr, "event " + nr, "t");
    }
    List<EventEnvelope> all = tagged("t", Offset.noOffset());
    restart(SMALL_BATCHES);
    assertEquals(all, tagged("t", Offset.sequence(0)));
    for (int i = 0; i < all.size(); i++) {
      assertEquals(all.subList(i + 1, all.size()), tagged("t", all.get(i).offset()));
    }
    write("late", 1, "late", "t");
    assertEquals(List.of("late"), events(tagged("t", all.get(9).offset())));
  }

  @Test
  void theEventsOfOneAtomicWriteHaveTheirTagsTogether() {
    expectWritten(
        journal.send(
            atomic(
                journal.event("a", 1, new Tagged("one", Set.of("t"))),
                journal.event("a", 2, "two"),
                journal.event("a", 3, new Tagged("three", Set.of("t", "u"))))),
        3);
    assertEquals(List.of("one", "three"), events(tagged("t", Offset.noOffset())));
    assertEquals(List.of("three"), events(tagged("u", Offset.noOffset())));
  }

  @Test
  void anEventMayHaveManyTags() {
    String[] tags = IntStream.range(0, 256).mapToObj(i -> "tag " + i).toArray(String[]::new);
    write("a", 1, "x", tags);
    for (String tag : tags) {
      assertEquals(List.of("x"), events(tagged(tag, Offset.noOffset())));
    }
  }

  @Test
  void tooManyTagsAreRejectedAndNothingOfThemIsStored() {
    Set<String> tags = new HashSet<>(IntStream.range(0, 257).mapToObj(i -> "t" + i).toList());
    Probe probe = journal.send(atomic(journal.event("a", 1, new Tagged("x", tags))));
    probe.expect(JournalProtocol.WriteMessagesSuccessful$.class);
    Throwable reason = probe.expect(JournalProtocol.WriteMessageRejected.class).cause();
    assertTrue(reason.getMessage().contains("257 tags; at most 256"), reason::getMessage);
    assertEquals(List.of(), tagged("t0", Offset.noOffset()));
    assertEquals(List.of(), ids());
  }

  @Test
  void deletedEventsAreNotShown() {
    for (int nr = 1; nr <= 10; nr++) {
      write("a", nr, "a-" + nr, "t");
      write("b", nr, "b-" + nr, "t");
    }
    List<EventEnvelope> before = tagged("t", Offset.noOffset());
    journal.delete("a", 8);
    List<EventEnvelope> left =
        before.stream().filter(e -> e.persistenceId().equals("b") || e.sequenceNr() > 8).toList();
    assertEquals(left, tagged("t", Offset.noOffset()));
    assertEquals(numbers(9, 10), ofEntity("a", 1, Long.MAX_VALUE));
    awaitPurged(8);
    assertEquals(left, tagged("t", Offset.noOffset()));
    assertEquals(numbers(9, 10), ofEntity("a", 1, Long.MAX_VALUE));
    journal.delete("a", Long.MAX_VALUE);
    assertEquals(List.of(), ofEntity("a", 1, Long.MAX_VALUE));
  }

  @Test
  void anOffsetIsNeverUsedTwiceAlsoWhenAllEventsAreDeleted() {
    write("a", 1, "gone", "t");
    long offset = offset(tagged("t", Offset.noOffset()).get(0));
    journal.delete("a", 1);
    awaitPurged(1);
    restart(SMALL_BATCHES);
    write("a", 2, "new", "t");
    List<EventEnvelope> later = tagged("t", Offset.sequence(offset));
    assertEquals(List.of("new"), events(later));
    assertTrue(offset(later.get(0)) > offset);
  }

  @Test
  void everyEntityIsShownOnceInTheOrderOfFirstCommits() {
    List<String> ids = List.of("z", "a", "m\0", "", "\ud83d\ude00", "b", "c", "d");
    for (String id : ids) {
      journal.write(id, 1, 2);
    }
    journal.delete("a", Long.MAX_VALUE);
    awaitPurged(2);
    assertEquals(ids, ids());
    restart(SMALL_BATCHES);
    journal.write("a", 3, 3);
    journal.write("new", 1, 1);
    List<String> more = new ArrayList<>(ids);
    more.add("new");
    assertEquals(more, ids());
  }

  @Test
  void otherOffsetsAreRefusedAndTheReasonIsNamed() {
    assertRefused(Offset.timestamp(Instant.EPOCH), "Sequence or NoOffset, not TimestampOffset");
    assertRefused(
        Offset.timeBasedUUID(UUID.fromString("00000000-0000-1000-8000-000000000000")),
        "Sequence or NoOffset, not TimeBasedUUID");
    assertRefused(Offset.sequence(-1), "below 0");
    assertThrows(
        IllegalArgumentException.class,
        () -> system.queries().eventsByTag("x".repeat(2000), Offset.noOffset()));
    assertThrows(
        IllegalArgumentException.class,
        () -> system.queries().eventsByPersistenceId("x".repeat(70_000), 0, 1));
  }

  @Test
  void anOffsetThatTheJournalNeverGaveOutIsRefused() {
    write("a", 1, "x", "t");
    Throwable failure =
        StreamProbe.of(system.system(), system.queries().eventsByTag("t", Offset.sequence(2)))
            .request(1)
            .expectFailure();
    assertTrue(failure.getMessage().contains("offset 2 is beyond"), failure::getMessage);
    assertEquals(List.of(), tagged("t", Offset.sequence(1)));
  }

  @Test
  void scalaStreamsShowTheSame() {
    write("a", 1, "x", "t");
    HearsayScalaReadJournal scala =
        PersistenceQuery.get(system.system()).readJournalFor(HearsayReadJournal.IDENTIFIER);
    assertEquals(
        tagged("t", Offset.noOffset()),
        all(scala.currentEventsByTag("t", Offset.noOffset()).asJava()));
    assertEquals(List.of("x"), events(all(scala.eventsByPersistenceId("a", 1, 1).asJava())));
    assertEquals(List.of("x"), events(all(scala.currentEventsByPersistenceId("a", 1, 9).asJava())));
    assertEquals(List.of("a"), all(scala.currentPersistenceIds().asJava()));
    StreamProbe<String> ids = StreamProbe.of(system.system(), scala.persistenceIds().asJava());
    assertEquals("a", ids.take());
    StreamProbe<EventEnvelope> live =
        StreamProbe.of(system.system(), scala.eventsByTag("t", Offset.noOffset()).asJava());
    assertEquals("x", live.take().event());
  }

  @Test
  void largeEventsComeOneBatchEach() {
    restart("hearsay.journal.query.batch-bytes-max = 1000\n");
    String large = "x".repeat(900);
    for (int nr = 1; nr <= 7; nr++) {
      write("a", nr, large + nr, "t");
    }
    assertEquals(7, tagged("t", Offset.noOffset()).size());
    assertEquals(numbers(1, 7), ofEntity("a", 1, Long.MAX_VALUE));
  }

  @Test
  void purgedEventsLeaveNothingInTheIndex() throws Exception {
    restart(SMALL_BATCHES + FaultyStore.SETTINGS);
    for (int nr = 1; nr <= 9; nr++) {
      write("a", nr, "x", "t", "u");
    }
    journal.delete("a", 6);
    awaitPurged(6);
    try (LogStore.Cursor cursor = FaultyStore.of(directory).cursor()) {
      for (String tag : List.of("t", "u")) {
        byte[] first = IndexFormat.tagKey(tag, 0);
        int entries = 0;
        LogStore.Entry entry = cursor.seek(first);
        while (entry != null && IndexFormat.sameIndex(entry.key(), first)) {
          entries++;
          entry = cursor.next();
        }
        assertEquals(3, entries, tag);
      }
    }
  }

  private void write(String id, long sequenceNr, String payload, String... tags) {
    Object event = tags.length == 0 ? payload : new Tagged(payload, Set.of(tags));
    expectWritten(journal.send(atomic(journal.event(id, sequenceNr, event))), 1);
  }

  private List<EventEnvelope> tagged(String tag, Offset offset) {
    return all(system.queries().currentEventsByTag(tag, offset));
  }

  private List<Long> ofEntity(String id, long from, long to) {
    return all(system.queries().currentEventsByPersistenceId(id, from, to)).stream()
        .map(EventEnvelope::sequenceNr)
        .toList();
  }

  private List<String> ids() {
    return all(system.queries().currentPersistenceIds());
  }

  private <T> List<T> all(Source<T, NotUsed> source) {
    return StreamProbe.all(system.system(), source);
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private void assertRefused(Offset offset, String reason) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> system.queries().eventsByTag("t", offset));
    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
  }

  private void awaitPurged(long events) {
    long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
    while (system.metrics().purgedEvents() < events) {
      assertTrue(System.nanoTime() < deadline, "deleted events stay in the store");
      Thread.onSpinWait();
    }
  }

  private void restart(String settings) {
    stop();
    start(settings);
  }
}
