package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.util.Optional;
import java.util.function.Consumer;
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

  @Test
  void whileItIsOffARetryFindsWhatWasWrittenAndAllElseIsRefused() {
    SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
    assertTrue(write(core, "first").isPresent());
    clock.refuse("an hour ahead");
    HybridTime before = clock.begin(9_000_000).time();
    assertTrue(write(core, "first").isEmpty());
    HearsayException refused = assertThrows(HearsayException.class, () -> write(core, "second"));
    assertEquals(ErrorCode.CLOCK_OFF, refused.code());
    assertEquals(1, core.enqueued());
    assertEquals(before, clock.begin(9_000_000).time(), "no time is taken");
    clock.refuse(null);
    assertTrue(write(core, "second").isPresent());
  }

  /** As a write under an operation id does. */
  private Optional<EncodedChange> write(SpaceCore core, String id) {
    HybridClock.Writing now = clock.begin(1_000);
    Consumer<Draft> once =
        draft -> {
          if (OperationIds.find(draft, id).isEmpty()) {
            OperationIds.add(draft, id);
          }
        };
    return core.mint(now.time(), "author", now.of(once));
  }
}
