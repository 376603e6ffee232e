package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The data addresses a node knows, and what it last heard from each. Bounded. */
final class Peers {
  private static final long CLAIM_MILLIS = 30_000;

  private final HostPort self;
  private final Map<HostPort, Peer> peers = new TreeMap<>();
  private final Set<HostPort> news = new TreeSet<>();

  Peers(HostPort self) {
    this.self = self;
  }

  /** Addresses named at the start are always taken, and never forgotten. */
  void know(long now, Collection<HostPort> addresses, boolean configured) {
    for (HostPort address : addresses) {
      if (configured || peers.size() < Limits.PEERS_MAX) {
        if (!address.equals(self) && !peers.containsKey(address)) {
          peers.put(address, new Peer(address, configured, now));
          news.add(address);
        }
      }
    }
  }

  /**
   * Who speaks: never kept out by addresses of which nothing comes. Of those the one gives way that
   * never said anything, or nothing for the longest time.
   *
   * @return null if it is this node, or there is no room
   */
  @Nullable Peer speaker(long now, HostPort address) {
    if (!peers.containsKey(address) && peers.size() >= Limits.PEERS_MAX) {
      peers.values().stream()
          .filter(peer -> peer.givesWay(now))
          .min(Comparator.comparing(Peer::wasHeard).thenComparingLong(Peer::lastMillis))
          .ifPresent(peer -> forget(peer.address()));
    }
    know(now, List.of(address), false);
    Peer peer = peers.get(address);
    if (peer != null && !peer.isLively(now)) {
      news.add(address);
    }
    return peer;
  }

  void forgetTheSilent(long now, Patience patience) {
    peers.values().stream()
        .filter(peer -> peer.isForgotten(now, patience))
        .map(Peer::address)
        .toList()
        .forEach(this::forget);
  }

  private void forget(HostPort address) {
    peers.remove(address);
    news.remove(address);
  }

  /** How many are there because others named them, and have not said anything themselves. */
  int hearsay() {
    return (int) peers.values().stream().filter(Peer::isHearsay).count();
  }

  /** The addresses that were learned, or heard again after a silence, since this was asked last. */
  Set<HostPort> takeNews() {
    Set<HostPort> taken = new TreeSet<>(news);
    news.clear();
    return taken;
  }

  @Nullable Peer at(HostPort address) {
    return peers.get(address);
  }

  Collection<Peer> all() {
    return Collections.unmodifiableCollection(peers.values());
  }

  Collection<HostPort> addresses() {
    return Collections.unmodifiableCollection(peers.keySet());
  }

  /** Whether every one was heard lately over a link that works both ways. */
  boolean allUsable(long now) {
    return peers.values().stream().allMatch(peer -> peer.usable(now) != null);
  }

  /** Whether none that looks for a cluster as well has a lower address than this node. */
  boolean noneLower(long now) {
    for (Peer peer : peers.values()) {
      Hello hello = peer.usable(now);
      if (hello != null
          && hello.control() != null
          && !hello.isMember()
          && hello.data().compareTo(self) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The fresh reports of those that are in a cluster. */
  List<Hello> members(long now) {
    List<Hello> members = new ArrayList<>();
    for (Peer peer : peers.values()) {
      Hello hello = peer.usable(now);
      if (hello != null && hello.isMember()) {
        members.add(hello);
      }
    }
    return members;
  }

  /** Whether the last that a peer said, not long ago, was that this is its control system. */
  boolean isClaimed(long now, ControlAddress control) {
    for (Peer peer : peers.values()) {
      Hello hello = peer.hello();
      if (hello != null
          && peer.silentMillis(now) <= CLAIM_MILLIS
          && hello.kind() != Hello.Kind.GOODBYE
          && control.equals(hello.control())) {
        return true;
      }
    }
    return false;
  }
}
