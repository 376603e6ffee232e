package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares this node's clock with those of its peers (as Cristian 1989 asks for the time, with half
 * of the round trip as the error), and judges it by their median: a node that is off refuses to
 * write, the others go on. Clocks are compared with the steady clock, so that one that jumps is
 * noticed at once. Not thread-safe.
 */
public final class ClockGuard {
  /** An answer that took longer tells too little. */
  private static final long ROUND_TRIP_MAX = 1_000;

  /** So long what a peer's clock said still counts. */
  private static final long VALID_MILLIS = 10 * 60 * 1_000;

  /** So long a judgement counts if nothing has been learned since. */
  private static final long JUDGED_MILLIS = 1_000;

  /**
   * How this node's clock stands.
   *
   * @param offsetMillis how far it is ahead of the median; 0 while nothing is known
   * @param peers how many peers' clocks that is by
   * @param off whether it is off by more than is allowed, so that this node does not write
   */
  public record Verdict(long offsetMillis, int peers, boolean off) {}

  private final Collection<Peer> peers;
  private BookSettings settings = BookSettings.DEFAULT;
  private boolean told;
  private long aheadMillis;
  private boolean learned;
  private long nextMillis = Long.MIN_VALUE;
  private Verdict verdict = new Verdict(0, 0, false);

  ClockGuard(Collection<Peer> peers) {
    this.peers = peers;
  }

  void use(BookSettings now) {
    settings = now;
  }

  /** What the wall clock shows. Before it is told for the first time, clocks are not compared. */
  public void wall(long wallMillis, long nowMillis) {
    told = true;
    learned |= aheadMillis != wallMillis - nowMillis;
    aheadMillis = wallMillis - nowMillis;
  }

  /** The last judgement. */
  public Verdict verdict() {
    return verdict;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    if (!told) {
      return;
    }
    for (Peer peer : peers) {
      boolean due =
          peer.notes.clockAskedMillis == Long.MIN_VALUE
              || nowMillis - peer.notes.clockAskedMillis >= settings.clockMillis();
      if (peer.reachable && peer.incarnation != 0 && due) {
        peer.notes.clockAskedMillis = nowMillis;
        peer.send(new Message.ClockAsk(nowMillis), effects);
      }
    }
    if (learned || nowMillis >= nextMillis) {
      learned = false;
      nextMillis = nowMillis + JUDGED_MILLIS;
      judge(effects, nowMillis);
    }
  }

  /** True if it was about clocks. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.ClockAsk ask) {
      if (told) {
        peer.send(new Message.ClockTell(ask.asked(), nowMillis + aheadMillis), effects);
      }
    } else if (message instanceof Message.ClockTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else {
      return false;
    }
    return true;
  }

  private void onTell(Peer peer, Message.ClockTell tell, List<Effect> effects, long nowMillis) {
    long roundTrip = nowMillis - tell.asked();
    if (tell.asked() != peer.notes.clockAskedMillis || roundTrip > ROUND_TRIP_MAX) {
      return;
    }
    long error = (roundTrip + 1) / 2;
    PeerNotes.ClockSample before = peer.notes.clock;
    peer.notes.clock =
        new PeerNotes.ClockSample(tell.wallMillis() + roundTrip / 2 - nowMillis, error, nowMillis);
    // One that says what it said leaves the judgement as it is, unless that counted no more.
    learned |=
        before == null
            || before.aheadMillis() != peer.notes.clock.aheadMillis()
            || before.errorMillis() != error
            || nowMillis - before.atMillis() > VALID_MILLIS;
    long offset = peer.notes.clock.aheadMillis() - aheadMillis;
    boolean far = Math.abs(offset) - error > settings.driftMillis();
    if (far && !peer.notes.clockReported) {
      String detail =
          peer.name + " is " + Math.abs(offset) + " ms " + (offset > 0 ? "ahead" : "behind");
      effects.add(new Effect.Report(peer.address, Effect.Event.CLOCKS_DIFFER, detail));
    }
    peer.notes.clockReported = far;
  }

  /** How far the peer's clock is ahead of this node's. */
  OptionalLong offset(Peer peer) {
    PeerNotes.ClockSample sample = peer.notes.clock;
    return sample == null || !told
        ? OptionalLong.empty()
        : OptionalLong.of(sample.aheadMillis() - aheadMillis);
  }

  private void judge(List<Effect> effects, long nowMillis) {
    Map<String, PeerNotes.ClockSample> newest = new HashMap<>();
    for (Peer peer : peers) {
      PeerNotes.@Nullable ClockSample sample = peer.notes.clock;
      if (sample != null && nowMillis - sample.atMillis() <= VALID_MILLIS) {
        newest.merge(
            peer.nodeId,
            sample,
            (some, other) -> some.atMillis() >= other.atMillis() ? some : other);
      }
    }
    Verdict now = verdict(new ArrayList<>(newest.values()));
    boolean changed = now.off() != verdict.off();
    verdict = now;
    if (changed) {
      effects.add(new Effect.ClockJudged(now));
    }
  }

  /**
   * By the median of all clocks that are known, this one among them. Of the two in the middle of an
   * even number the one counts that is nearer to this clock: with two nodes nobody can tell whose
   * is wrong, and neither is stopped.
   */
  private Verdict verdict(List<PeerNotes.ClockSample> samples) {
    int known = samples.size();
    samples.add(new PeerNotes.ClockSample(aheadMillis, 0, 0));
    samples.sort(Comparator.comparingLong(PeerNotes.ClockSample::aheadMillis));
    PeerNotes.ClockSample lower = samples.get(known / 2);
    PeerNotes.ClockSample upper = samples.get((known + 1) / 2);
    PeerNotes.ClockSample median =
        Math.abs(lower.aheadMillis() - aheadMillis) <= Math.abs(upper.aheadMillis() - aheadMillis)
            ? lower
            : upper;
    long offset = aheadMillis - median.aheadMillis();
    boolean off = Math.abs(offset) - median.errorMillis() > settings.driftMillis();
    return new Verdict(offset, known, off);
  }
}
