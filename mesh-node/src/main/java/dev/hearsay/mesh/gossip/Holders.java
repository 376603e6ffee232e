package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Which nodes may hold what, and what they have of it. Not thread-safe. */
public final class Holders {
  /**
   * The nodes that may hold a space of some placement, by identity.
   *
   * @param known all of which that is known here, this node among them if it may
   * @param inReach those of them that answer, and this node
   */
  public record Eligible(NavigableSet<String> known, NavigableSet<String> inReach) {}

  private String self;
  private final Placements placements;
  private final Collection<Peer> peers;

  Holders(String self, Placements placements, Collection<Peer> peers) {
    this.self = self;
    this.placements = placements;
    this.peers = peers;
  }

  /** From now on this node is another one. */
  void become(String nodeId) {
    self = nodeId;
  }

  /** Peers in reach that may hold the space, by address. */
  public List<HostPort> inReach(String space) {
    return peers.stream()
        .filter(peer -> peer.reachable && placements.mayHold(peer, space))
        .map(peer -> peer.address)
        .toList();
  }

  /** The nodes on which such a space may live. */
  public Eligible eligible(Placement placement) {
    NavigableSet<String> known = new TreeSet<>();
    NavigableSet<String> inReach = new TreeSet<>();
    if (placements.allows(placement)) {
      known.add(self);
      inReach.add(self);
    }
    for (Peer peer : peers) {
      if (!peer.nodeId.isEmpty() && Placements.allows(placement, peer)) {
        known.add(peer.nodeId);
        if (peer.reachable) {
          inReach.add(peer.nodeId);
        }
      }
    }
    return new Eligible(known, inReach);
  }

  /** Who is known to have durably what these frontiers cover, space by space. */
  public List<Coverage> coverage(Map<String, VersionVector> targets) {
    List<Coverage> coverage = new ArrayList<>();
    targets.forEach(
        (space, target) -> {
          Set<String> having = new HashSet<>();
          List<String> lacking = new ArrayList<>();
          for (Peer peer : peers) {
            if (!placements.mayHold(peer, space) || peer.nodeId.isEmpty()) {
              continue;
            }
            VersionVector has = peer.frontiers.getOrDefault(space, VersionVector.EMPTY);
            if (!peer.reachable) {
              lacking.add(peer.name + " (silent)");
            } else if (has.covers(target)) {
              having.add(peer.nodeId);
            } else {
              lacking.add(peer.name);
            }
          }
          coverage.add(new Coverage(space, having.size(), lacking));
        });
    return coverage;
  }
}
