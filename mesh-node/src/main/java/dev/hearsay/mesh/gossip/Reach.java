package dev.hearsay.mesh.gossip;

import java.util.Collection;
import java.util.List;

/**
 * Who can be reached: whoever was heard from lately. The others are knocked at until they answer.
 * Not thread-safe.
 */
final class Reach {
  /** Where very many are silent, each is probed more seldom. */
  private static final int PROBES_PER_MILLI_MAX = 4;

  private final GossipSettings settings;
  private final Collection<Peer> peers;
  private final Introductions introductions;
  private final Rumours rumours;
  private final Repair repair;

  /** How many could not be reached when they were last counted. */
  private int silent;

  Reach(
      GossipSettings settings,
      Collection<Peer> peers,
      Introductions introductions,
      Rumours rumours,
      Repair repair) {
    this.settings = settings;
    this.peers = peers;
    this.introductions = introductions;
    this.rumours = rumours;
    this.repair = repair;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    int probeMillis = Math.max(settings.probeMillis(), silent / PROBES_PER_MILLI_MAX);
    silent = 0;
    for (Peer peer : peers) {
      if (peer.reachable && nowMillis - peer.heardMillis > settings.suspectMillis()) {
        lose(peer, effects);
      }
      if (peer.reachable) {
        peer.expireWindow(nowMillis, settings.askAgainMillis());
        if (isDue(peer.helloMillis, settings.helloMillis(), nowMillis)) {
          introductions.hello(peer, effects, nowMillis);
        }
        continue;
      }
      silent++;
      if (isDue(peer.probedMillis, probeMillis, nowMillis)) {
        peer.probedMillis = nowMillis;
        effects.add(new Effect.Probe(peer.address));
      }
    }
  }

  /** Whether every peer was in reach when that was last looked at. */
  boolean isToAll() {
    return silent == 0;
  }

  /** Something has come from the peer. */
  void heard(Peer peer, List<Effect> effects, long nowMillis) {
    boolean paused = peer.reachable && nowMillis - peer.heardMillis > settings.pauseMillis();
    peer.heardMillis = nowMillis;
    if (paused) {
      // Too short to be given up, long enough to have lost something: what was asked will not be
      // answered, and what was pushed not be acknowledged.
      peer.contacts++;
      peer.forgetWindow();
      peer.backMillis = nowMillis;
      repair.forget(peer, effects);
      repair.compare(peer, effects);
    } else if (!peer.reachable) {
      peer.contacts++;
      peer.reachable = true;
      peer.backMillis = nowMillis;
      rumours.peerUp(peer);
      effects.add(new Effect.Report(peer.address, Effect.Event.PEER_REACHABLE, peer.name));
      introductions.hello(peer, effects, nowMillis);
      // At once, not at the next interval: something was probably missed.
      repair.compare(peer, effects);
    }
  }

  private void lose(Peer peer, List<Effect> effects) {
    peer.reachable = false;
    peer.forgetWindow();
    rumours.peerDown(peer);
    repair.forget(peer, effects);
    effects.add(new Effect.Report(peer.address, Effect.Event.PEER_UNREACHABLE, peer.name));
  }

  private static boolean isDue(long lastMillis, long everyMillis, long nowMillis) {
    return lastMillis == Long.MIN_VALUE || nowMillis - lastMillis >= everyMillis;
  }
}
