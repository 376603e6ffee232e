package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.List;
import java.util.OptionalLong;

/**
 * Another node and what it has, as it said itself or as others heard it.
 *
 * @param heardMillis how long ago it was last heard, here or elsewhere
 * @param behind dots here that it is not known to have
 * @param ahead dots that it has and that are not here
 * @param behindSpaces in how many spaces it is behind
 * @param behindMillis for how long it has lacked the oldest of them, to about a second
 * @param clockOffsetMillis how far its clock is ahead of this node's; empty if that is not known
 */
public record NodeView(
    String name,
    HostPort address,
    String nodeId,
    List<String> roles,
    boolean reachable,
    long heardMillis,
    long behind,
    long ahead,
    int behindSpaces,
    long behindMillis,
    OptionalLong clockOffsetMillis) {
  public NodeView {
    roles = List.copyOf(roles);
  }
}
