package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private final HybridClock clock = new HybridClock();

  @Test
  void everyTickIsLaterAlsoWhenTheWallClockStandsOrGoesBack() {
    HybridTime last = HybridTime.ZERO;
    for (long wall : new long[] {1_000, 1_000, 500, 0, 1_001, 1_000}) {
      HybridTime next = clock.tick(wall);
      assertTrue(next.compareTo(last) > 0, last + " then " + next);
      last = next;
    }
    assertEquals(1_001, last.millis());
  }

  @Test
  void aTickIsLaterThanWhatWasSeen() {
    HybridTime seen = HybridTime.ofMillis(5_000);
    clock.observe(seen);
    assertTrue(clock.tick(1_000).compareTo(seen) > 0);
    clock.observe(HybridTime.ofMillis(10));
    assertTrue(clock.tick(1_000).compareTo(seen) > 0);
  }

  @Test
  void oneThatIsOffGivesNoTimesUntilItIsRight() {
    clock.refuse("an hour ahead");
    HearsayException refused = assertThrows(HearsayException.class, () -> clock.tick(1_000));
    assertEquals(ErrorCode.CLOCK_OFF, refused.code());
    assertTrue(refused.code().isDefinite());
    clock.observe(HybridTime.ofMillis(2_000));
    clock.refuse(null);
    assertTrue(clock.tick(1_000).compareTo(HybridTime.ofMillis(2_000)) > 0);
  }
}
