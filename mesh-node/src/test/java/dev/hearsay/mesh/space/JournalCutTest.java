package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import org.junit.jupiter.api.Test;

/** What stays in a journal for others, though snapshots stand for it. */
class JournalCutTest {
  private static final ReplicaId WRITER = new ReplicaId(7);
  private static final long EVERYTHING = Long.MAX_VALUE;
  private static final int SIZE = 10;

  private final JournalCut cut = new JournalCut();

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(WRITER, counter);
  }

  /** Each event has one change. */
  private void write(long first, long last) {
    for (long i = first; i <= last; i++) {
      cut.writing(SIZE);
      if (i % JournalCut.STEP == 0) {
        cut.mark(i, at(i));
      }
    }
  }

  @Test
  void whatNobodyIsKnownToHaveStaysAsLongAsItIsWorthToReadIt() {
    write(1, 4_000);
    assertEquals(1, cut.from(4_000, 10_000, EVERYTHING));
    assertEquals(3_001, cut.from(4_000, 1_000, EVERYTHING));
    assertEquals(4_001, cut.from(4_000, 0, EVERYTHING), "as if nothing were held");
  }

  @Test
  void whatAllHaveGoes() {
    write(1, 4_000);
    cut.stable(at(1_300));
    assertEquals(1_251, cut.from(4_000, 10_000, EVERYTHING), "as far as it is noted");
    cut.stable(at(1_100));
    assertEquals(1_251, cut.from(4_000, 10_000, EVERYTHING));
    cut.stable(at(9_000));
    assertEquals(4_001, cut.from(4_000, 10_000, EVERYTHING));
  }

  @Test
  void itTakesNoMoreThanSoManyBytes() {
    write(1, 4_000);
    assertEquals(2_751, cut.from(4_000, 10_000, 1_000 * SIZE));
    assertEquals(3_001, cut.from(4_000, 10_000, 999 * SIZE));
    assertEquals(4_001, cut.from(4_000, 10_000, -1), "none for others");
  }

  @Test
  void afterAStartNothingIsKnownOfWhatIsBefore() {
    cut.mark(4_000, at(4_000));
    write(4_001, 4_500);
    assertEquals(1, cut.from(4_500, 10_000, EVERYTHING));
    cut.stable(at(4_000));
    assertEquals(4_001, cut.from(4_500, 10_000, EVERYTHING));
  }

  @Test
  void whatStoodBeforeAnotherStateIsNotServedAndNotNoted() {
    write(1, 1_000);
    cut.mark(1_100, at(500));
    cut.stable(at(1_000));
    assertEquals(1_101, cut.from(1_100, 10_000, EVERYTHING));
    cut.mark(1_200, at(1_200));
    assertEquals(1_101, cut.from(1_200, 10_000, EVERYTHING));
  }
}
