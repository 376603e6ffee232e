package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data addresses a node knows, and what it last heard from each. Bounded. */
final class Peers {
  private static final long CLAIM_MILLIS = 30_000;

  private final HostPort self;
  private final Map<HostPort, Peer> peers = new TreeMap<>();
  private long revision;

  Peers(HostPort self) {
    this.self = self;
  }

  /** Addresses named at the start are always taken, and never forgotten. */
  void know(long now, Collection<HostPort> addresses, boolean configured) {
    for (HostPort address : addresses) {
      if (configured || peers.size() < Limits.PEERS_MAX) {
        if (!address.equals(self) && !peers.containsKey(address)) {
          peers.put(address, new Peer(address, configured, now));
          revision++;
        }
      }
    }
  }

  void forgetTheSilent(long now, long afterMillis) {
    if (peers.values().removeIf(peer -> peer.isForgotten(now, afterMillis))) {
      revision++;
    }
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

  /** Counts the changes of the addresses. */
  long revision() {
    return revision;
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
