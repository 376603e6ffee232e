package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.persistence.EntityEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the end of a journal is trusted to say. */
class RowReaderTest {
  private static final SpaceEvent.Rested ROW =
      new SpaceEvent.Rested(
          VersionVector.EMPTY.with(new ReplicaId(3), 5).with(new ReplicaId(-3), 1),
          new Digest(1, -2),
          new HybridTime(1L << 40));

  private static EntityEnd end(long highest, long deletedTo, long last, Object event) {
    return new EntityEnd(
        "space:s",
        highest,
        deletedTo,
        Optional.of(new EventEnvelope(Offset.noOffset(), "space:s", last, event, 0)));
  }

  private static byte[] encoded(SpaceEvent.Part... parts) {
    return new SpaceEvent(List.of(parts)).encode();
  }

  private static SpaceEvent.Part change() {
    SpaceCore core = new SpaceCore(new ReplicaId(3), SpaceLimits.DEFAULT);
    return new SpaceEvent.Applied(
        core.mint(
                new HybridTime(7),
                "x",
                draft ->
                    PnCounter.increment(draft.field(new FieldKey("n", FieldType.PN_COUNTER)), 1))
            .get());
  }

  @Test
  void aNoteSaysWhereTheJournalLeads() {
    assertEquals(ROW, RowReader.rowOf(end(9, 0, 9, encoded(ROW))));
  }

  @Test
  void aJournalWithoutEventsIsThatOfAnEmptySpace() {
    assertEquals(
        SpaceEvent.Rested.of(SpaceState.EMPTY),
        RowReader.rowOf(new EntityEnd("space:s", 0, 0, Optional.empty())));
  }

  @Test
  void nothingElseIsTrusted() {
    assertNull(RowReader.rowOf(end(9, 0, 8, encoded(ROW))), "not the last");
    assertNull(RowReader.rowOf(end(9, 0, 9, encoded(change()))), "a change");
    assertNull(RowReader.rowOf(end(9, 0, 9, encoded(ROW, change()))), "with a change behind it");
    assertNull(RowReader.rowOf(end(9, 0, 9, encoded(change(), ROW))), "with a change before it");
    assertNull(RowReader.rowOf(end(9, 3, 9, encoded(ROW))), "a snapshot may be lost");
    assertNull(RowReader.rowOf(end(9, 0, 9, new byte[] {1, 1, 80, 3, 9, 9, 9})), "malformed");
    assertNull(RowReader.rowOf(end(9, 0, 9, "text")), "of somebody else");
    assertNull(RowReader.rowOf(new EntityEnd("space:s", 9, 9, Optional.empty())), "deleted");
  }

  /** A random journal: changes, notes of departures, and deletions behind snapshots. */
  private static final class History {
    final SpaceCore core = new SpaceCore(new ReplicaId(3), SpaceLimits.DEFAULT);
    final List<byte[]> events = new ArrayList<>();
    long deletedTo;
    boolean snapshotIsLost;

    History(Random random) {
      for (int steps = random.nextInt(12); steps > 0; steps--) {
        switch (random.nextInt(5)) {
          case 0 -> events.add(encoded(SpaceEvent.Rested.of(core.durable())));
          case 1 -> deletedTo = random.nextInt(4) == 0 ? events.size() : deletedTo;
          default -> {
            core.mint(
                new HybridTime(7 + events.size()),
                "x",
                draft ->
                    PnCounter.increment(draft.field(new FieldKey("n", FieldType.PN_COUNTER)), 1));
            events.add(core.nextEvent().orElseThrow().encode());
            core.persisted();
          }
        }
      }
      snapshotIsLost = deletedTo > 0 && random.nextBoolean();
    }

    EntityEnd end() {
      int last = events.size();
      return last == 0 || deletedTo == last
          ? new EntityEnd("space:s", last, deletedTo, Optional.empty())
          : RowReaderTest.end(last, deletedTo, last, events.get(last - 1));
    }

    /** What a recovery finds. */
    SpaceEvent.Rested recovered() {
      SpaceCore again = new SpaceCore(new ReplicaId(4), SpaceLimits.DEFAULT);
      for (int i = snapshotIsLost ? (int) deletedTo : 0; i < events.size(); i++) {
        again.replay(SpaceEvent.decode(events.get(i)));
      }
      return SpaceEvent.Rested.of(again.durable());
    }

    /** The newest note, whatever stands behind it. */
    SpaceEvent.@Nullable Rested newestNote() {
      for (int i = events.size(); i > 0; i--) {
        SpaceEvent.Rested note = RowReader.rowOf(RowReaderTest.end(i, 0, i, events.get(i - 1)));
        if (note != null) {
          return note;
        }
      }
      return null;
    }
  }

  /** How many rows are claimed in so many histories; each must be what a recovery finds. */
  private static int claims(Function<History, SpaceEvent.@Nullable Rested> reader) {
    int claims = 0;
    for (long seed = 0; seed < 2_000; seed++) {
      History history = new History(new Random(seed));
      SpaceEvent.Rested row = reader.apply(history);
      if (row != null) {
        claims++;
        assertEquals(history.recovered(), row, "seed " + seed);
      }
    }
    return claims;
  }

  @Test
  void aRowThatIsClaimedIsWhatARecoveryFinds() {
    assertTrue(claims(history -> RowReader.rowOf(history.end())) > 100);
  }

  @Test
  void trustInAnOlderNoteOrInASnapshotThatIsLostIsFound() {
    assertThrows(AssertionError.class, () -> claims(History::newestNote));
    assertThrows(
        AssertionError.class,
        () ->
            claims(
                history -> {
                  EntityEnd end = history.end();
                  return RowReader.rowOf(
                      new EntityEnd("space:s", end.highestSequenceNr(), 0, end.last()));
                }));
  }

  @Test
  void aSpaceThatWasInMemoryKnowsBetter() {
    List<GossipInput> told = new ArrayList<>();
    HybridClock clock = new HybridClock();
    SpaceCell used = cell("used");
    SpaceCell idle = cell("idle");
    var unused = used.load();
    RowReader reader =
        new RowReader(
            "a",
            ids ->
                CompletableFuture.completedFuture(
                    List.of(end(9, 0, 9, encoded(ROW)), end(9, 0, 9, encoded(ROW)))),
            clock,
            told::add,
            () -> false);
    reader.learn(List.of(used, idle)).join();
    assertEquals(List.of(new GossipInput.Opened("idle", ROW.frontier(), ROW.digest())), told);
    assertNull(used.row());
    assertEquals(ROW, idle.row());
    assertTrue(clock.tick(0).compareTo(ROW.latest()) > 0, "what is written now is later");
  }

  @Test
  void whatIsNotKnownIsRecoveredAFewAtATime() {
    List<SpaceCell> cells = new ArrayList<>();
    List<SpaceCell> loaded = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      cells.add(
          new SpaceCell(
              "s" + i,
              Runnable::run,
              ResidentsTest.unbounded(),
              cell -> {
                loaded.add(cell);
                return command -> {};
              },
              self -> {}));
    }
    RowReader reader =
        new RowReader(
            "a",
            ids -> CompletableFuture.failedFuture(new IllegalStateException("planted")),
            new HybridClock(),
            input -> {},
            () -> false);
    reader.learn(cells).join();
    int done = 0;
    while (done < cells.size()) {
      assertEquals(Math.min(100, done + RowReader.RECOVERIES_AT_ONCE), loaded.size());
      loaded.get(done++).ready().complete(null);
    }
  }

  private static SpaceCell cell(String name) {
    return new SpaceCell(
        name, Runnable::run, ResidentsTest.unbounded(), self -> command -> {}, self -> {});
  }
}
