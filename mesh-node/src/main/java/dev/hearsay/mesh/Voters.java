package dev.hearsay.mesh;

import java.util.SortedSet;

/**
 * The nodes that are counted for the acknowledgements of a space, as this node knows them.
 *
 * @param version counts the changes, from 1; 0 if none are named
 * @param nodes {@linkplain MeshNode#id identities}
 * @param changing true while another list may be about to come in force
 * @since 0.1
 */
public record Voters(long version, SortedSet<String> nodes, boolean changing) {}
