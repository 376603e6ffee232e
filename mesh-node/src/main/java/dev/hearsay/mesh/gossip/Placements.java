package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Placement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which spaces may be where, as far as this node durably knows it. Of a space of which it does not,
 * nothing is said to anyone. Not thread-safe.
 */
final class Placements {
  private final String name;
  private final @Nullable Set<String> roles;
  private final Map<String, Placement> bySpace = new HashMap<>();

  /**
   * Of a node.
   *
   * @param roles its own; null for a node to which every space lives everywhere
   */
  Placements(String name, @Nullable Set<String> roles) {
    this.name = name;
    this.roles = roles;
  }

  /** What this node says of itself; null if it has no say in placements. */
  @Nullable Set<String> roles() {
    return roles;
  }

  void put(String space, Placement placement) {
    bySpace.put(space, placement);
  }

  /** Null if it is not known. Hearsay's own spaces live everywhere. */
  @Nullable Placement of(String space) {
    return roles == null || space.startsWith(Names.RESERVED_PREFIX)
        ? Placement.everywhere()
        : bySpace.get(space);
  }

  /** Whether this node may hold the space. */
  boolean mayHold(String space) {
    Placement placement = of(space);
    return placement != null && allows(placement);
  }

  /** Whether this node is one on which such spaces may live. */
  boolean allows(Placement placement) {
    return placement.isEverywhere() || (roles != null && placement.allows(name, roles));
  }

  /** Whether the peer is known to be one that may hold the space. */
  boolean mayHold(Peer peer, String space) {
    Placement placement = of(space);
    return placement != null && allows(placement, peer);
  }

  /** Whether the peer is known to be one on which such spaces may live. */
  static boolean allows(Placement placement, Peer peer) {
    Set<String> said = peer.roles;
    return placement.isEverywhere() || (said != null && placement.allows(peer.name, said));
  }

  /**
   * Whether such spaces are compared with the peer: only once each knows the roles of the other, so
   * that both sum up the same.
   */
  static boolean compares(Placement placement, Peer peer) {
    return placement.isEverywhere() || (peer.knowsRoles && allows(placement, peer));
  }

  /** Whether both may hold it, so that everything of it may be said. */
  boolean shared(Peer peer, String space) {
    return mayHold(space) && mayHold(peer, space);
  }
}
