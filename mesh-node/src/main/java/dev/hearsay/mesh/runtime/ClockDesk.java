package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.gossip.BookSettings;
import dev.hearsay.mesh.gossip.ClockGuard;
import dev.hearsay.mesh.space.HybridClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a judgement on this node's clock. */
final class ClockDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ClockDesk.class);

  private ClockDesk() {}

  static void judged(ClockGuard.Verdict verdict, BookSettings settings, HybridClock clock) {
    if (verdict.off()) {
      String why =
          "this node's clock is "
              + Math.abs(verdict.offsetMillis())
              + " ms "
              + (verdict.offsetMillis() > 0 ? "ahead of" : "behind")
              + " the median of its and "
              + verdict.peers()
              + " other clocks; "
              + settings.driftMillis()
              + " are allowed (hearsay.clock.max-drift)";
      clock.refuse(why + "; nothing was written: set the clock, and try again");
      LOG.error("{}; nothing is written here until it is right", why);
    } else {
      clock.refuse(null);
      LOG.info("this node's clock is right again; writing goes on");
    }
  }

  static String differs(String detail) {
    return detail + " of this node's, which is more than hearsay.clock.max-drift allows";
  }
}
