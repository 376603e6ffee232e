package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectWritten;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.pekko.persistence.journal.EventAdapter;
import org.apache.pekko.persistence.journal.EventSeq;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries with the application's event adapters, and with settings of their own. */
class QueryAdapterTest {
  private static final String ADAPTER =
      "hearsay.journal.event-adapters.words = \""
          + WordsAdapter.class.getName()
          + "\"\nhearsay.journal.event-adapter-bindings.\"java.lang.String\" = words\n";

  @TempDir Path directory;

  @Test
  void eventsAreTaggedByTheirAdapterAndComeBackThroughIt() {
    try (TestSystem system = TestSystem.in(directory, ADAPTER)) {
      JournalClient journal = system.journal();
      for (String event : List.of("one two", "nothing", "three")) {
        long nr = journal.replay("a").highestSequenceNr() + 1;
        expectWritten(journal.send(atomic(journal.event("a", nr, event))), 1);
      }
      List<EventEnvelope> found =
          StreamProbe.all(
              system.system(), system.queries().currentEventsByTag("words", Offset.noOffset()));
      assertEquals(List.of("one", "two", "three"), StreamProbe.events(found));
      assertEquals(found.get(0).offset(), found.get(1).offset());
      assertEquals(
          List.of("one", "two", "three"),
          StreamProbe.events(
              StreamProbe.all(system.system(), system.queries().eventsByPersistenceId("a", 1, 3))));
    }
  }

  @Test
  void anAdapterThatFailsFailsTheStreamAndTheEventIsNamed() {
    try (TestSystem system = TestSystem.in(directory)) {
      JournalClient journal = system.journal();
      expectWritten(journal.send(atomic(journal.event("a", 1, new Tagged("bad", Set.of("t"))))), 1);
    }
    try (TestSystem system = TestSystem.in(directory, ADAPTER)) {
      Throwable failure =
          StreamProbe.of(system.system(), system.queries().eventsByTag("t", Offset.noOffset()))
              .request(1)
              .expectFailure();
      assertTrue(failure.getMessage().contains("event 1 of entity \"a\""), failure::getMessage);
      assertTrue(failure.getMessage().contains("its event adapter fails"), failure::getMessage);
    }
  }

  @Test
  void wrongSettingsAreRefusedAndNamed() {
    assertRefused("hearsay.journal.query.batch-event-max = 1", "batch-event-max");
    assertRefused("hearsay.journal.query.batch-events-max = 0", "is not between");
    assertRefused(
        "hearsay.journal.query.write-plugin = \"pekko.persistence.journal.inmem\"",
        "is not a journal of Hearsay");
    assertRefused(
        "hearsay.journal.query.write-plugin = \"no.such\"", "is not a journal of Hearsay");
  }

  @Test
  void aSecondJournalHasItsOwnQueries() {
    String settings =
        "other = ${hearsay.journal}\nother.dir = \"" + directory.resolve("other") + "\"\n";
    try (TestSystem system = TestSystem.in(directory, settings)) {
      system.journal().write("a", 1, 1);
      HearsayReadJournal queries =
          PersistenceQuery.get(system.system())
              .getReadJournalFor(HearsayReadJournal.class, "other.query");
      assertEquals(List.of(), StreamProbe.all(system.system(), queries.currentPersistenceIds()));
    }
  }

  private void assertRefused(String setting, String reason) {
    try (TestSystem system = TestSystem.in(directory, setting)) {
      RuntimeException refused = assertThrows(RuntimeException.class, system::queries, setting);
      Throwable cause = refused.getCause(); // Pekko says which plugin, and we say why
      assertInstanceOf(ConfigException.class, cause, refused::toString);
      assertTrue(cause.getMessage().contains(reason), cause::getMessage);
    }
  }

  /** Tags every event, and makes one of each word; none of "nothing". */
  public static final class WordsAdapter implements EventAdapter {
    @Override
    public String manifest(Object event) {
      return "words";
    }

    @Override
    public Object toJournal(Object event) {
      return new Tagged(event, Set.of("words"));
    }

    @Override
    public EventSeq fromJournal(Object event, String manifest) {
      if (!manifest.equals("words")) {
        throw new IllegalStateException("not words but \"" + manifest + "\"");
      }
      return event.equals("nothing")
          ? EventSeq.empty()
          : EventSeq.create(Arrays.stream(event.toString().split(" ")).toArray());
    }
  }
}
