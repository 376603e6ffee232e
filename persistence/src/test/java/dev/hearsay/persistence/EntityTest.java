package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A typed entity over both plugins, through restarts. */
class EntityTest {
  @TempDir Path directory;

  @Test
  void aCounterCountsOnAfterARestart() {
    try (TestSystem system = TestSystem.in(directory)) {
      Probe probe = new Probe(system.system());
      ActorRef counter = spawn(system, probe);
      for (int i = 1; i <= 25; i++) {
        counter.tell("add", probe.ref());
        assertEquals("total " + i, probe.next());
      }
    }
    try (TestSystem system = TestSystem.in(directory)) {
      Probe probe = new Probe(system.system());
      spawn(system, probe).tell("add", probe.ref());
      assertEquals("total 26", probe.next());
    }
  }

  @Test
  void aCounterCountsOnFromAnOlderSnapshotWhenTheNewestIsDamaged() throws Exception {
    aCounterCountsOnAfterARestart();
    Files.write(newestSnapshot(), new byte[100]);
    try (TestSystem system = TestSystem.in(directory)) {
      Probe probe = new Probe(system.system());
      spawn(system, probe).tell("add", probe.ref());
      assertEquals("total 27", probe.next());
      assertEquals(1, system.metrics().snapshotFallbacks());
    }
  }

  @Test
  void recoveryStopsIfTheEventsSinceTheOlderSnapshotAreGone() throws Exception {
    aCounterCountsOnAfterARestart();
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().delete("Counter|1", 20); // more than the retention would
      Files.write(newestSnapshot(), new byte[100]);
      assertEquals(10, system.snapshots().load("Counter|1").metadata().sequenceNr());
      JournalClient.ReplayFailed failed =
          assertThrows(
              JournalClient.ReplayFailed.class,
              () -> system.journal().replay("Counter|1", 11, Long.MAX_VALUE, Long.MAX_VALUE));
      assertTrue(failed.getMessage().contains("event 11"), failed::getMessage);
    }
  }

  private Path newestSnapshot() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("snapshots"))) {
      return files
          .filter(file -> file.toString().endsWith(".snapshot"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static ActorRef spawn(TestSystem system, Probe probe) {
    return Adapter.toClassic(Adapter.spawn(system.system(), Counter.create(probe), "counter"));
  }

  /** Takes a snapshot every 10 events and keeps 2, and the events since the older one. */
  private static final class Counter extends EventSourcedBehavior<Object, Long, Long> {
    private final Probe probe;

    private Counter(Probe probe) {
      super(PersistenceId.of("Counter", "1"));
      this.probe = probe;
    }

    static Behavior<Object> create(Probe probe) {
      return new Counter(probe);
    }

    @Override
    public Long emptyState() {
      return 0L;
    }

    @Override
    public CommandHandler<Object, Long, Long> commandHandler() {
      return (state, command) ->
          Effect()
              .persist(1L)
              .thenRun(total -> probe.ref().tell("total " + total, ActorRef.noSender()));
    }

    @Override
    public EventHandler<Long, Long> eventHandler() {
      return Long::sum;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
      return RetentionCriteria.snapshotEvery(10, 2).withDeleteEventsOnSnapshot();
    }
  }
}
