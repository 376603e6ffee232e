package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where histories end. */
class EntityEndsTest {
  @TempDir Path directory;

  private static List<EntityEnd> ends(TestSystem system, String... ids) {
    return system.queries().currentEnds(List.of(ids)).toCompletableFuture().join();
  }

  private static Object event(EntityEnd end) {
    return end.last().map(EventEnvelope::event).orElse("none");
  }

  @Test
  void eachIsToldWithItsLastEventInTheOrderOfTheQuestion() {
    try (TestSystem system = TestSystem.in(directory, "")) {
      JournalClient journal = system.journal();
      journal.write("a", 1, 3);
      journal.write("a b", 1, 1);
      journal.write("b", 1, 300);
      List<EntityEnd> ends = ends(system, "b", "nobody", "a", "a b", "a ");
      assertEquals(
          List.of(300L, 0L, 3L, 1L, 0L), ends.stream().map(EntityEnd::highestSequenceNr).toList());
      assertEquals(
          List.of("a-300", "none", "a-3", "a-1", "none"),
          ends.stream().map(EntityEndsTest::event).toList());
      assertEquals(300, ends.get(0).last().get().sequenceNr());
      for (int i : List.of(0, 2, 3)) {
        assertEquals(ends.get(i).persistenceId(), ends.get(i).last().get().persistenceId());
      }
    }
  }

  @Test
  void whatIsDeletedIsSaidAndNotShown() {
    try (TestSystem system = TestSystem.in(directory, "")) {
      JournalClient journal = system.journal();
      journal.write("a", 1, 5);
      journal.write("b", 1, 5);
      journal.delete("a", 3);
      journal.delete("b", 5);
      List<EntityEnd> ends = ends(system, "a", "b");
      assertEquals(List.of(3L, 5L), ends.stream().map(EntityEnd::deletedTo).toList());
      assertEquals(List.of(5L, 5L), ends.stream().map(EntityEnd::highestSequenceNr).toList());
      assertEquals("a-5", event(ends.get(0)));
      assertEquals(Optional.empty(), ends.get(1).last());
    }
  }

  @Test
  void anEntityThatCannotBeIsRefused() {
    try (TestSystem system = TestSystem.in(directory, "")) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> ends(system, "x".repeat(70_000)));
      assertTrue(String.valueOf(refused.getMessage()).contains("65535"), refused.getMessage());
    }
  }
}
