package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.Map;

/**
 * Notices that two processes are the same node, as a copied data directory or a cloned machine
 * makes them: they must not count as one. The younger of the two becomes another node. Not
 * thread-safe.
 */
final class Twins {
  private final HostPort self;
  private final long incarnation;
  private final Map<HostPort, Peer> peers;
  private long startedMillis = Long.MIN_VALUE;
  private boolean givenWay;

  Twins(HostPort self, long incarnation, Map<HostPort, Peer> peers) {
    this.self = self;
    this.incarnation = incarnation;
    this.peers = peers;
  }

  void onTick(long nowMillis) {
    if (startedMillis == Long.MIN_VALUE) {
      startedMillis = nowMillis;
    }
  }

  private long upMillis(long nowMillis) {
    return startedMillis == Long.MIN_VALUE ? 0 : nowMillis - startedMillis;
  }

  /** A peer has said who it is. */
  void onHello(Peer peer, Message.Hello hello, String ownId, List<Effect> effects, long nowMillis) {
    if (hello.nodeId().equals(ownId)) {
      peer.send(new Message.Twin(incarnation, upMillis(nowMillis), false), effects);
      return;
    }
    for (Peer other : peers.values()) {
      if (other != peer && other.reachable && other.nodeId.equals(hello.nodeId())) {
        report(other.address + " and " + peer.address, peer, effects);
      }
    }
  }

  private static void report(String who, Peer peer, List<Effect> effects) {
    if (!peer.twinReported) {
      peer.twinReported = true;
      effects.add(new Effect.Report(peer.address, Effect.Event.TWINS, who));
    }
  }

  /** A peer says that it is this node: whoever has been running for less time gives way. */
  void onTwin(Peer peer, Message.Twin twin, String ownId, List<Effect> effects, long nowMillis) {
    if (!peer.nodeId.equals(ownId)) {
      return; // settled: one of the two has become another node since
    }
    report("this node and " + peer.address, peer, effects);
    if (twin.giveWay()) {
      giveWay(peer, effects);
    } else if (isJudge(peer, twin)) {
      long mine = upMillis(nowMillis);
      if (mine < twin.upMillis()) {
        giveWay(peer, effects);
      } else {
        peer.send(new Message.Twin(incarnation, mine, /* giveWay= */ true), effects);
      }
    }
  }

  private void giveWay(Peer peer, List<Effect> effects) {
    if (!givenWay) {
      givenWay = true;
      effects.add(new Effect.GiveUpIdentity(peer.address));
    }
  }

  /** One of the two decides, or both might give way, or neither. */
  private boolean isJudge(Peer peer, Message.Twin twin) {
    int byIncarnation = Long.compareUnsigned(incarnation, twin.incarnation());
    return byIncarnation == 0
        ? self.toString().compareTo(peer.address.toString()) < 0
        : byIncarnation < 0;
  }
}
