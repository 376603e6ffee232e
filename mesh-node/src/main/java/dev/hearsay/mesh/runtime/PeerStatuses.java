package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.runtime.control.MeshMember;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The peers in the words of the API. */
final class PeerStatuses {
  private PeerStatuses() {}

  static List<PeerStatus> of(List<PeerView> views, Collection<MeshMember> all) {
    Set<String> members = new HashSet<>();
    for (MeshMember member : all) {
      if (member.reachable() && member.nodeId() != null) {
        members.add(member.nodeId());
      }
    }
    return views.stream()
        .map(
            peer ->
                new PeerStatus(
                    peer.name(),
                    peer.address().toString(),
                    peer.reachable(),
                    members.contains(peer.nodeId()),
                    peer.behind(),
                    peer.ahead(),
                    peer.divergedSpaces(),
                    peer.nodeId()))
        .toList();
  }
}
