package dev.hearsay.sim.experiment.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The plain store is what it claims to be, no worse, and fails as such stores do. */
class PlainStoreTest {
  private static final List<FailureMode> MODES =
      List.of(new LostUpdate(), new StaleRead(), new TornCheckpoint(), new Deadlock());

  @Test
  void theLastWriterWinsAlsoOverReplication() {
    PlainStore here = new PlainStore();
    PlainStore there = new PlainStore();
    here.put("k", "old", 1);
    there.put("k", "new", 2);
    here.merge(there);
    there.merge(here);
    assertEquals(Optional.of("new"), here.get("k"));
    assertEquals(Optional.of("new"), there.get("k"));
    assertFalse(here.putIfAbsent("k", "mine", 3));
    here.remove("k");
    assertTrue(here.putIfAbsent("k", "mine", 4));
  }

  @Test
  void everyFailureHappensOnIt() {
    for (FailureMode mode : MODES) {
      Trial trial = mode.plain(200, new SplittableRandom(1));
      assertTrue(trial.harmed() > 0, mode.title());
      assertTrue(trial.harmed() <= trial.of(), mode.title());
      assertEquals(trial, mode.plain(200, new SplittableRandom(1)), mode.title());
    }
  }

  @Test
  void aLongSessionOverflowsOnItAlone() throws Exception {
    LongSession session = new LongSession(400, 1, new SplittableRandom(1));
    assertTrue(session.plainContextTrial().harmed() > 0);
    assertEquals(0, session.ourContextTrial().harmed());
    assertTrue(session.plainHistoryTrial().harmed() > 0);
    assertEquals(0, session.ourHistoryTrial().harmed());
  }
}
