package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is refused of peers, and says so. Of the same peer and kind only the 1st, 2nd, 4th,
 * 8th … is logged: one that sends nothing else must not fill the log. Thread-safe.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private final TrafficBook traffic;

  Refusals(TrafficBook traffic) {
    this.traffic = traffic;
  }

  /** A message that cannot be read, or that the peer has no business to say. */
  void message(HostPort from, String why) {
    messages(from, 1, why);
  }

  /** Several, for the same reason. */
  void messages(HostPort from, int count, String why) {
    TrafficBook.Tally tally = traffic.rejected(from, TrafficBook.Kind.MESSAGE, count, why);
    if (tally.isDue()) {
      LOG.warn("{} message(s) from {} rejected, the last: {}", tally.count(), from, why);
    }
  }

  /** Changes that a space does not take. */
  void changes(GossipInput.Refused refused) {
    String why = "in space '" + refused.space() + "', because " + refused.why();
    HostPort from = refused.from();
    TrafficBook.Tally tally = traffic.rejected(from, TrafficBook.Kind.CHANGE, refused.count(), why);
    if (tally.isDue()) {
      LOG.error("{} change(s) from {} are refused, the last {}", tally.count(), from, why);
    }
  }

  /** A state that is over a limit, or that a space does not take. */
  void state(HostPort from, String why) {
    TrafficBook.Tally tally = traffic.rejected(from, TrafficBook.Kind.STATE, 1, why);
    if (tally.isDue()) {
      LOG.warn("a state from {} is refused: {} ({} so far)", from, why, tally.count());
    }
  }

  /** A peer does not fetch what it lacks. */
  static void older(String peer) {
    LOG.warn(
        "{}: this node lacks changes that are no longer there one by one, and does not take the"
            + " state, as one of an older version; it waits until it is updated",
        peer);
  }

  /** A message of which the transport does not say where it comes from. */
  void withoutSender(int bytes) {
    TrafficBook.Tally tally = traffic.withoutSender();
    if (tally.isDue()) {
      LOG.warn(
          "{} message(s) without a sender are dropped, the last of {} bytes", tally.count(), bytes);
    }
  }
}
