package dev.hearsay.mesh;

/**
 * A peer as this node sees it.
 *
 * @param name the peer's name; its address while it has not been heard
 * @param address {@code host:port}
 * @param reachable heard from lately
 * @param member known to the cluster's membership
 * @param behind what this node has and the peer had not when last heard, counted in dots: a change
 *     has one for each atom it puts, and at least one
 * @param ahead what the peer had when last heard and this node has not, counted likewise
 * @param divergedSpaces spaces whose content differed at equal frontiers when last compared: one of
 *     the two nodes is damaged; the log names them
 * @param id the peer's {@linkplain MeshNode#id identity}; empty while it has not been heard
 * @param mesh of which it is, as it said; empty while it has not been heard. If it is another than
 *     {@link MeshNode#mesh}, the two are told apart: nothing is taken from it, and nothing but the
 *     name of the mesh is told to it
 * @param needsUpdate whether it lacks what only a state brings, and does not take the state that
 *     this node offers, as nodes of a version before do not: it waits until it is updated
 */
public record PeerStatus(
    String name,
    String address,
    boolean reachable,
    boolean member,
    long behind,
    long ahead,
    int divergedSpaces,
    String id,
    String mesh,
    boolean needsUpdate) {}
