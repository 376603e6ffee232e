package dev.hearsay.mesh.space;

import dev.hearsay.mesh.HostPort;

/**
 * A change that a space does not take.
 *
 * @param from who brought it, which may have been long before it could be looked at
 * @param why what it contradicts
 * @param forked whether it is of another branch under its replica
 */
public record Refusal(HostPort from, String why, boolean forked) {}
