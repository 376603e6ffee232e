package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who can be reached: whoever was heard from lately, and is of this mesh. The others are knocked at
 * until they answer. Not thread-safe.
 */
final class Reach {
  /** Where very many are silent, each is probed more seldom. */
  private static final int PROBES_PER_MILLI_MAX = 4;

  final Outsiders outsiders;
  private final GossipSettings settings;
  private final PeerBook book;
  private final Borders borders;
  private final Collection<Peer> peers;
  private final Introductions introductions;
  private final Rumours rumours;
  private final Repair repair;

  /** How many could not be reached when they were last counted. */
  private int silent;

  Reach(
      String mesh,
      GossipSettings settings,
      PeerBook book,
      Borders borders,
      Introductions introductions,
      Rumours rumours,
      Repair repair) {
    this.outsiders = new Outsiders(mesh, book.peers);
    this.settings = settings;
    this.book = book;
    this.borders = borders;
    this.peers = book.peers.values();
    this.introductions = introductions;
    this.rumours = rumours;
    this.repair = repair;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    outsiders.onTick(nowMillis);
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
      long pause = outsiders.contains(peer.address) ? Outsiders.HELLO_MILLIS : probeMillis;
      if (isDue(peer.probedMillis, pause, nowMillis)) {
        peer.probedMillis = nowMillis;
        effects.add(new Effect.Probe(peer.address));
      }
    }
  }

  /** Whether every peer was in reach when that was last looked at. */
  boolean isToAll() {
    return silent == 0;
  }

  /**
   * Who speaks, if what it says may be looked at. A contact opens with a {@link Message.Hello} on
   * both sides, so that nothing is taken from, or told to, whoever came to be at an address.
   *
   * @return null if it is of another mesh, or has not said of which it is
   */
  @Nullable Peer admit(HostPort from, Message received, List<Effect> effects, long nowMillis) {
    if (outsiders.isHello(received)) {
      shutOut(from, (Message.Hello) received, effects, nowMillis);
      return null;
    }
    if (received instanceof Message.Hello) {
      outsiders.entered(from);
    } else if (outsiders.contains(from)) {
      outsiders.refuse(from, effects, nowMillis);
      return null;
    }
    Peer peer = book.speaker(from, borders);
    if (peer == null) {
      return null;
    }
    if (received instanceof Message.Hello hello) {
      // It knows nothing yet of this process, and takes nothing before it has said who it is.
      boolean isAnother =
          peer.reachable && peer.incarnation != 0 && peer.incarnation != hello.incarnation();
      peer.introduced = true;
      heard(peer, effects, nowMillis);
      if (isAnother) {
        introductions.hello(peer, effects, nowMillis);
      }
      return peer;
    }
    if (peer.introduced) {
      heard(peer, effects, nowMillis);
      return peer;
    }
    if (received instanceof Message.Former) {
      return peer; // kept until it says who it is
    }
    outsiders.early(from);
    if (isDue(peer.helloMillis, settings.probeMillis(), nowMillis)) {
      introductions.hello(peer, effects, nowMillis);
    }
    return null;
  }

  private void shutOut(HostPort from, Message.Hello hello, List<Effect> effects, long nowMillis) {
    Peer peer = book.peers.get(from);
    if (peer != null) {
      peer.introduced = false;
      peer.former = 0;
      if (peer.reachable) {
        lose(peer, effects);
      }
      if (!peer.configured && peer.nodeId.isEmpty()) {
        book.peers.remove(from);
      }
    }
    outsiders.met(from, hello, effects, nowMillis);
    if (outsiders.isHelloDue(from, nowMillis)) {
      effects.add(new Effect.Send(from, introductions.hello(List.of())));
    }
  }

  /** Something has come from the peer. */
  private void heard(Peer peer, List<Effect> effects, long nowMillis) {
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
