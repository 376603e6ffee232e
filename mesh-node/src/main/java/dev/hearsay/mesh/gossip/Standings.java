package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Placement;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a node, by itself or by others: whichever is the newer. */
final class Standings {
  private Standings() {}

  /** What others say, if it is of a later process than the one that was heard here. */
  private static PeerNotes.@Nullable Relayed later(Peer peer) {
    PeerNotes.Relayed relayed = peer.notes.relayed;
    return relayed != null
            && relayed.incarnation != peer.incarnation
            && (peer.incarnation == 0 || relayed.heardMillis > peer.heardMillis)
        ? relayed
        : null;
  }

  /** Whether there is a node at that address, as far as anyone knows. */
  static boolean isNode(Peer peer) {
    return peer.incarnation != 0 || peer.notes.relayed != null;
  }

  static String nodeId(Peer peer) {
    PeerNotes.Relayed later = later(peer);
    return later == null ? peer.nodeId : later.nodeId;
  }

  static String name(Peer peer) {
    PeerNotes.Relayed later = later(peer);
    return later == null ? peer.name : later.name;
  }

  static long incarnation(Peer peer) {
    PeerNotes.Relayed later = later(peer);
    return later == null ? peer.incarnation : later.incarnation;
  }

  static @Nullable Set<String> roles(Peer peer) {
    PeerNotes.Relayed relayed = peer.notes.relayed;
    return later(peer) != null || (peer.roles == null && relayed != null)
        ? Objects.requireNonNull(relayed).roles
        : peer.roles;
  }

  /** When it was last heard, here or elsewhere; the least number if never. */
  static long heardMillis(Peer peer) {
    PeerNotes.Relayed relayed = peer.notes.relayed;
    return relayed == null ? peer.heardMillis : Math.max(peer.heardMillis, relayed.heardMillis);
  }

  /** What it has durably of the space. */
  static VersionVector frontier(Peer peer, String space) {
    PeerNotes.Relayed later = later(peer);
    return (later == null ? peer.frontiers : later.frontiers)
        .getOrDefault(space, VersionVector.EMPTY);
  }

  /** Whether it is known to be one that may hold the space. */
  static boolean mayHold(Peer peer, @Nullable Placement placement) {
    if (placement == null || !isNode(peer)) {
      return false;
    }
    Set<String> roles = roles(peer);
    return placement.isEverywhere() || (roles != null && placement.allows(name(peer), roles));
  }
}
