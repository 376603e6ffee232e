package dev.hearsay.mesh;

import java.time.Duration;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A node of the mesh, this one or another, as this node knows it: by its own word, or where it is
 * not in reach by that of others.
 *
 * @param id its {@linkplain MeshNode#id identity}
 * @param name its name
 * @param address {@code host:port}
 * @param roles as it said them
 * @param version of the software; empty if that is not known
 * @param self whether it is this node
 * @param reachable heard from lately, by this node
 * @param silence how long nobody that this node can reach, nor itself, has heard it
 * @param behind what this node has and that one is not known to have, counted in dots, in spaces
 *     that both may hold: a change has one for each atom it puts, and at least one
 * @param behindFor for how long it has lacked the oldest of that, to about a second
 * @param behindSpaces in how many spaces
 * @param ahead what that node has and this one has not, counted likewise
 * @param clockOffsetMillis how far its clock is ahead: of this node's, and for this node itself of
 *     the median of all; empty if that is not known
 * @param loadPermille of its processors, 0 to 1000; 0 if that is not known
 * @since 0.1.0
 */
public record NodeStatus(
    String id,
    String name,
    String address,
    SortedSet<String> roles,
    String version,
    boolean self,
    boolean reachable,
    Duration silence,
    long behind,
    Duration behindFor,
    int behindSpaces,
    long ahead,
    OptionalLong clockOffsetMillis,
    int loadPermille) {
  public NodeStatus {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }
}
