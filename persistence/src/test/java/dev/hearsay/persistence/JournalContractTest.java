package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Pekko asks of a journal, asked through Pekko. */
class JournalContractTest {
  private static final String ID = "entity|1";

  @TempDir Path directory;
  private TestSystem system;
  private JournalClient journal;

  @BeforeEach
  void start() {
    system = TestSystem.in(directory, settings());
    journal = system.journal();
  }

  /** Of the journal under test. */
  String settings() {
    return "";
  }

  @AfterEach
  void stop() {
    system.close();
  }

  @Test
  void replaysAllEventsInOrder() {
    journal.write(ID, 1, 5);
    JournalClient.Replay replay = journal.replay(ID);
    assertEquals(List.of("a-1", "a-2", "a-3", "a-4", "a-5"), replay.payloads());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), replay.sequenceNrs());
    assertEquals(5, replay.highestSequenceNr());
  }

  @Test
  void replaysFromALowerToAnUpperSequenceNumberAndAtMostSoMany() {
    journal.write(ID, 1, 5);
    assertEquals(List.of(3L, 4L, 5L), journal.replay(ID, 3, 9, 9).sequenceNrs());
    assertEquals(List.of(1L, 2L, 3L), journal.replay(ID, 1, 3, 9).sequenceNrs());
    assertEquals(List.of(1L, 2L), journal.replay(ID, 1, 5, 2).sequenceNrs());
    assertEquals(List.of(2L, 3L), journal.replay(ID, 2, 3, 9).sequenceNrs());
    assertEquals(List.of(2L), journal.replay(ID, 2, 2, 9).sequenceNrs());
    assertEquals(List.of(), journal.replay(ID, 1, 5, 0).sequenceNrs());
    assertEquals(List.of(), journal.replay(ID, 3, 2, 9).sequenceNrs());
    assertEquals(List.of(), journal.replay(ID, 6, 9, 9).sequenceNrs());
  }

  @Test
  void anUnknownEntityHasNoHistory() {
    journal.write("entity|10", 1, 3);
    JournalClient.Replay replay = journal.replay(ID);
    assertEquals(List.of(), replay.events());
    assertEquals(0, replay.highestSequenceNr());
  }

  @Test
  void entitiesWithLikeNamesStayApart() {
    List<String> ids = List.of("", "a", "aa", "a\0", "a\u00ff", "ab", "b", "\ud83d\ude00", "ä|x");
    for (String id : ids) {
      expectWritten(journal.send(atomic(journal.event(id, 1, "of " + id))), 1);
    }
    for (String id : ids) {
      assertEquals(List.of("of " + id), journal.replay(id).payloads());
    }
  }

  @Test
  void everythingOfAnEventComesBack() {
    PersistentRepr event =
        journal
            .event(ID, 1, "payload")
            .withManifest("ignored by Pekko's own base class")
            .withTimestamp(1234567890123L)
            .withMetadata("meta");
    expectWritten(journal.send(atomic(event)), 1);
    PersistentRepr back = journal.replay(ID).events().get(0);
    assertEquals("payload", back.payload());
    assertEquals(journal.writerUuid(), back.writerUuid());
    assertEquals(1234567890123L, back.timestamp());
    assertEquals("meta", back.metadata().get());
    assertEquals(ID, back.persistenceId());
    assertEquals(false, back.deleted());
  }

  @Test
  void aTaggedEventComesBackWithoutItsTags() {
    expectWritten(journal.send(atomic(journal.event(ID, 1, new Tagged("x", Set.of("t"))))), 1);
    assertEquals(List.of("x"), journal.replay(ID).payloads());
  }

  @Test
  void eventsOfOneAtomicWriteAreStoredTogether() {
    expectWritten(
        journal.send(
            atomic(journal.event(ID, 1, "a"), journal.event(ID, 2, "b")),
            atomic(journal.event(ID, 3, "c"))),
        3);
    assertEquals(List.of("a", "b", "c"), journal.replay(ID).payloads());
  }

  @Test
  void aWriteThatCannotBeSerializedIsRejectedWholeAndAlone() {
    Probe probe =
        journal.send(
            atomic(journal.event(ID, 1, "a")),
            atomic(journal.event(ID, 2, "b"), journal.event(ID, 3, new NotSerializable())),
            atomic(journal.event(ID, 4, "d")));
    assertInstanceOf(JournalProtocol.WriteMessagesSuccessful$.class, probe.next());
    probe.expect(JournalProtocol.WriteMessageSuccess.class);
    probe.expect(JournalProtocol.WriteMessageRejected.class);
    probe.expect(JournalProtocol.WriteMessageRejected.class);
    probe.expect(JournalProtocol.WriteMessageSuccess.class);
    assertEquals(List.of(1L, 4L), journal.replay(ID).sequenceNrs());
    assertEquals(4, journal.replay(ID).highestSequenceNr());
  }

  @Test
  void deletedEventsAreNotReplayed() {
    journal.write(ID, 1, 5);
    journal.delete(ID, 3);
    assertEquals(List.of(4L, 5L), journal.replay(ID).sequenceNrs());
    journal.delete(ID, 2);
    assertEquals(List.of(4L, 5L), journal.replay(ID).sequenceNrs());
    journal.delete(ID, 4);
    assertEquals(List.of(5L), journal.replay(ID, 2, 9, 9).sequenceNrs());
  }

  @Test
  void theHighestSequenceNumberSurvivesDeletionOfEverything() {
    journal.write(ID, 1, 5);
    journal.delete(ID, Long.MAX_VALUE);
    assertEquals(5, journal.replay(ID).highestSequenceNr());
    assertEquals(List.of(), journal.replay(ID).events());
    journal.write(ID, 6, 6);
    assertEquals(List.of(6L), journal.replay(ID).sequenceNrs());
    restart();
    assertEquals(List.of(6L), journal.replay(ID).sequenceNrs());
    journal.delete(ID, 6);
    restart();
    assertEquals(6, journal.replay(ID).highestSequenceNr());
  }

  @Test
  void deletingNothingIsNoError() {
    journal.delete(ID, 7);
    journal.delete(ID, 0);
    journal.write(ID, 1, 1);
    assertEquals(List.of(1L), journal.replay(ID).sequenceNrs());
  }

  @Test
  void everythingIsThereAfterARestart() {
    journal.write(ID, 1, 3);
    journal.write("other", 1, 2);
    restart();
    assertEquals(List.of("a-1", "a-2", "a-3"), journal.replay(ID).payloads());
    assertEquals(2, journal.replay("other").highestSequenceNr());
    journal.write(ID, 4, 4);
    assertEquals(4, journal.replay(ID).highestSequenceNr());
  }

  @Test
  void aSecondWriterOfAnEntityCannotOverwriteItsEvents() {
    journal.write(ID, 1, 3);
    Throwable failure =
        JournalClient.expectFailure(journal.send(atomic(journal.event(ID, 3, "usurper"))));
    assertInstanceOf(JournalFailedException.class, failure);
    assertTrue(((StorageException) failure).isDefinite());
    assertEquals(List.of("a-1", "a-2", "a-3"), journal.replay(ID).payloads());
    journal.write(ID, 4, 4);
    restart();
    failure = JournalClient.expectFailure(journal.send(atomic(journal.event(ID, 4, "usurper"))));
    assertTrue(failure.getMessage().contains("event 4 of entity \"entity|1\""), failure.toString());
  }

  private void restart() {
    stop();
    start();
  }

  private static final class NotSerializable {}
}
