package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;

/**
 * A peer as the gossip sees it.
 *
 * @param name its name, or its address while it has not been heard
 * @param behind changes here that it had not when last heard
 * @param ahead changes it had when last heard that are not here
 * @param divergedSpaces spaces whose content differed at equal frontiers when last compared
 */
public record PeerView(
    String name,
    HostPort address,
    String nodeId,
    long incarnation,
    boolean reachable,
    long behind,
    long ahead,
    int divergedSpaces) {}
