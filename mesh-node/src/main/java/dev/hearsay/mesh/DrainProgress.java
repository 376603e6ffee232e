package dev.hearsay.mesh;

/**
 * How far {@link MeshNode#drain} is.
 *
 * @param spacesDone spaces of which everything is durable on enough other nodes
 * @param spaces all that are held here
 * @since 0.1.0
 */
public record DrainProgress(int spacesDone, int spaces) {}
