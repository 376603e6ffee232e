package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CompactionPaceTest {
  private final CompactionPace pace = new CompactionPace();

  @Test
  void theFirstMayBeginAtOnceWhateverTheClockShows() {
    assertEquals(0, pace.waitNanos(Long.MIN_VALUE));
    assertEquals(0, pace.waitNanos(Long.MAX_VALUE));
  }

  @Test
  void itTakesATenthOfTheTimeAtMost() {
    pace.compacted(1_000, 1_100);
    assertEquals(900, pace.waitNanos(1_100));
    assertEquals(1, pace.waitNanos(1_999));
    assertEquals(0, pace.waitNanos(2_000));
  }

  @Test
  void aClockThatOverflowsIsNoObstacle() {
    pace.compacted(Long.MAX_VALUE - 100, Long.MAX_VALUE);
    assertEquals(900, pace.waitNanos(Long.MAX_VALUE));
    assertEquals(0, pace.waitNanos(Long.MIN_VALUE + 899));
  }
}
