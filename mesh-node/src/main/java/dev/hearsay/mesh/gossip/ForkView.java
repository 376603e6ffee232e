package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;

/**
 * A space that is not exchanged with a peer, because it holds another branch.
 *
 * @param peer its name, or its address while it has not been heard
 * @param detail which replicas have two branches
 */
public record ForkView(String space, String peer, HostPort address, String detail) {}
