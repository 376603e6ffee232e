package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.Outsiders;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.runtime.control.MeshMember;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The peers in the words of the API. */
final class PeerStatuses {
  /** What the gossip has. */
  record Known(List<PeerView> peers, List<Outsiders.View> outsiders) {
    static Known of(Gossip gossip) {
      return new Known(gossip.peers(), gossip.outsiders().views());
    }
  }

  private PeerStatuses() {}

  static List<PeerStatus> of(String mesh, Known known, Collection<MeshMember> all) {
    Set<String> members = new HashSet<>();
    for (MeshMember member : all) {
      if (member.reachable() && member.nodeId() != null) {
        members.add(member.nodeId());
      }
    }
    SortedMap<HostPort, PeerStatus> peers = new TreeMap<>();
    for (PeerView peer : known.peers()) {
      peers.put(
          peer.address(),
          new PeerStatus(
              peer.name(),
              peer.address().toString(),
              peer.reachable(),
              members.contains(peer.nodeId()),
              peer.behind(),
              peer.ahead(),
              peer.divergedSpaces(),
              peer.nodeId(),
              peer.nodeId().isEmpty() ? "" : mesh,
              peer.needsUpdate()));
    }
    for (Outsiders.View outsider : known.outsiders()) {
      peers.put(outsider.address(), status(outsider));
    }
    return List.copyOf(peers.values());
  }

  private static PeerStatus status(Outsiders.View outsider) {
    return new PeerStatus(
        outsider.name(),
        outsider.address().toString(),
        /* reachable= */ false,
        /* member= */ false,
        0,
        0,
        0,
        outsider.nodeId(),
        outsider.mesh(),
        /* needsUpdate= */ false);
  }
}
