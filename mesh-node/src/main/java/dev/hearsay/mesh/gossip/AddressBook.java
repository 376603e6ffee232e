package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Whom the gossip tries to reach: a bounded number of addresses. Not thread-safe. */
final class AddressBook {
  private final HostPort self;
  private final Map<HostPort, Peer> peers;

  AddressBook(HostPort self, Map<HostPort, Peer> peers) {
    this.self = self;
    this.peers = peers;
  }

  /** Adds addresses to try that are never forgotten. */
  void configure(Collection<HostPort> addresses) {
    learn(addresses);
    for (HostPort address : addresses) {
      Peer peer = peers.get(address);
      if (peer != null) {
        peer.configured = true;
      }
    }
  }

  /** Adds addresses to try. */
  void learn(Collection<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!address.equals(self) && address.port() > 0 && peers.size() < Gossip.PEERS_MAX) {
        peers.computeIfAbsent(address, Peer::new);
      }
    }
  }

  /** Addresses that a peer names: they give way to whoever speaks. */
  void learnHearsay(List<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!peers.containsKey(address)) {
        learn(List.of(address));
        Peer peer = peers.get(address);
        if (peer != null) {
          peer.hearsay = true;
        }
      }
    }
  }

  /** One who speaks does not stay out because a peer has named a thousand who do not. */
  void makeRoom(HostPort from) {
    if (peers.size() >= Gossip.PEERS_MAX && !peers.containsKey(from)) {
      peers.values().stream()
          .filter(peer -> peer.hearsay)
          .findFirst()
          .ifPresent(peer -> peers.remove(peer.address));
    }
  }
}
