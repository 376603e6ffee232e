package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;

/**
 * A peer as the gossip sees it.
 *
 * @param name its name, or its address while it has not been heard
 * @param behind changes here that it had not when last heard
 * @param ahead changes it had when last heard that are not here
 * @param divergedSpaces spaces whose content differed at equal frontiers when last compared
 * @param pushedBytes that were pushed to it and that it has not acknowledged
 * @param answeredBytes on their way to it in answers
 * @param needsUpdate whether it lacks what only a state brings, and its version takes none from
 *     here
 */
public record PeerView(
    String name,
    HostPort address,
    String nodeId,
    long incarnation,
    boolean reachable,
    long behind,
    long ahead,
    int divergedSpaces,
    long pushedBytes,
    long answeredBytes,
    boolean needsUpdate) {}
