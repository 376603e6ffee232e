package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peers: whoever answers, configured, learned or just heard from; and who of them is forgotten.
 * Not thread-safe.
 */
final class PeerBook {
  /** Who gives way first: who was only named by others, who never said who it is, the silent. */
  private static final Comparator<Peer> BY_WORTH =
      Comparator.<Peer, Boolean>comparing(peer -> !peer.hearsay)
          .thenComparing(peer -> !peer.nodeId.isEmpty())
          .thenComparingLong(peer -> peer.heardMillis);

  final Peers peers = new Peers();

  /** Since the last tick. */
  private final List<Peer> madeRoom = new ArrayList<>();

  private long nowMillis = Long.MIN_VALUE;
  private final HostPort self;
  private final GossipLimits limits;
  private final Traffic traffic;

  /** How the peers were when the gone were last looked for. */
  private long lookedAt = -1;

  PeerBook(HostPort self, GossipLimits limits, Traffic traffic) {
    this.self = self;
    this.limits = limits;
    this.traffic = traffic;
  }

  /** Adds addresses to try. */
  void learn(Collection<HostPort> addresses, Borders borders) {
    for (HostPort address : addresses) {
      if (!address.equals(self) && address.port() > 0 && peers.size() < Gossip.PEERS_MAX) {
        peers.computeIfAbsent(address, peer -> new Peer(peer, borders));
      }
    }
  }

  /** Adds addresses to try that are never forgotten. */
  void configure(Collection<HostPort> addresses, Borders borders) {
    learn(addresses, borders);
    for (HostPort address : addresses) {
      Peer peer = peers.get(address);
      if (peer != null) {
        peer.configured = true;
      }
    }
  }

  /** Addresses that a peer names: they give way to whoever speaks. */
  void learnHearsay(Peer by, List<HostPort> addresses, Borders borders) {
    if (by.namedAt == peers.changes() && addresses.equals(by.named)) {
      return; // it says the same over and over
    }
    for (HostPort address : addresses) {
      if (!peers.containsKey(address)) {
        learn(List.of(address), borders);
        Peer peer = peers.get(address);
        if (peer != null) {
          peer.hearsay = true;
        }
      }
    }
    by.named = addresses;
    by.namedAt = peers.changes();
  }

  /** Who speaks; null if it is this node, or there is no room. */
  @Nullable Peer speaker(HostPort from, Borders borders) {
    Peer known = peers.get(from);
    if (known == null) {
      // One who speaks does not stay out because a peer has named a thousand who do not.
      if (peers.size() >= Gossip.PEERS_MAX) {
        peers.values().stream().filter(this::givesWay).min(BY_WORTH).ifPresent(this::makeRoom);
      }
      learn(List.of(from), borders);
      known = peers.get(from);
    }
    if (known == null) {
      traffic.forgot(Bound.PEERS, 1);
    } else {
      known.hearsay = false;
    }
    return known;
  }

  /** Also a node that others are told of no more: 1,000 that came and went keep nobody out. */
  private boolean givesWay(Peer peer) {
    boolean isNode = !peer.nodeId.isEmpty();
    return !peer.configured
        && !peer.reachable
        && (!isNode || peer.heardMillis + limits.mentionMillis() < nowMillis);
  }

  private void makeRoom(Peer peer) {
    drop(peer);
    if (!peer.hearsay) {
      traffic.forgot(Bound.PEERS, 1);
      madeRoom.add(peer);
    }
  }

  /**
   * Forgets who has been away for too long.
   *
   * @param allInReach whether every peer is, so that nobody can be gone
   */
  void forgetTheGone(boolean allInReach, List<Effect> effects, long now) {
    nowMillis = now;
    madeRoom.forEach(peer -> forgotten(peer, effects));
    madeRoom.clear();
    if (allInReach && lookedAt == peers.changes()) {
      return;
    }
    for (Peer peer : List.copyOf(peers.values())) {
      if (peer.knownMillis == Long.MIN_VALUE) {
        peer.knownMillis = nowMillis;
      }
      boolean heard = peer.heardMillis != Long.MIN_VALUE;
      long since = heard ? peer.heardMillis : peer.knownMillis;
      long most = heard ? limits.goneMillis() : limits.unheardMillis();
      if (!peer.configured && !peer.reachable && nowMillis - since > most) {
        drop(peer);
        forgotten(peer, effects);
      }
    }
    lookedAt = peers.changes();
  }

  private void drop(Peer peer) {
    peers.remove(peer.address);
    peers.values().forEach(other -> other.notes.toldOf.remove(peer.address));
  }

  private void forgotten(Peer peer, List<Effect> effects) {
    traffic.peersForgotten++;
    effects.add(new Effect.Report(peer.address, Effect.Event.PEER_FORGOTTEN, peer.name));
  }
}
