package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
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

  /** Messages of which the transport does not say where they come from. */
  void withoutSender(int count) {
    TrafficBook.Tally tally = traffic.withoutSender(count);
    if (tally.isDue()) {
      LOG.warn("{} message(s) without a sender are dropped", tally.count());
    }
  }

  /** Messages for which the mailbox had no room. */
  void overrun(GossipMailbox.Dropped dropped) {
    String why = "they came too fast";
    dropped.bySender().forEach((from, count) -> messages(from, count, why));
    if (dropped.ofOthers() > 0) {
      traffic.rejectedOfOthers(dropped.ofOthers(), why);
    }
    if (dropped.withoutSender() > 0) {
      withoutSender(dropped.withoutSender());
    }
  }

  /** Something that an operator wants to know, and a peer may bring about again and again. */
  void notice(Effect.Report report) {
    Notices.Kind kind =
        switch (report.event()) {
          case TWINS -> Notices.Kind.TWINS;
          case CLOCKS_DIFFER -> Notices.Kind.CLOCK;
          case OLDER_VOTER -> Notices.Kind.OLDER_VOTER;
          case OLDER_PEER -> Notices.Kind.OLDER_PEER;
          case DIVERGED -> Notices.Kind.DIVERGED;
          default -> throw new IllegalArgumentException(report.toString());
        };
    if (!traffic.notices.isDue(kind, report.peer().toString())) {
      return;
    }
    switch (kind) {
      case TWINS ->
          LOG.error(
              "{} are the same node: a data directory was copied. When the two meet, the younger"
                  + " becomes another; if they cannot, stop it, delete its file '{}', and start it",
              report.detail(),
              NodeIdentityFile.FILE_NAME);
      case CLOCK -> LOG.warn("the clock of {}", ClockDesk.differs(report.detail()));
      case OLDER_VOTER -> AckDesk.isOlder(report.detail());
      case OLDER_PEER ->
          LOG.warn(
              "{}: this node lacks changes that are no longer there one by one, and does not take"
                  + " the state, as one of an older version; it waits until it is updated",
              report.detail());
      default ->
          LOG.error(
              "equal frontiers and unequal content with {}: {}; one of the two is damaged",
              report.peer(),
              report.detail());
    }
  }
}
