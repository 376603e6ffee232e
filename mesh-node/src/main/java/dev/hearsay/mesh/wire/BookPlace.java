package dev.hearsay.mesh.wire;

import dev.hearsay.mesh.HostPort;

/**
 * A node that is asked about, and from where on.
 *
 * @param since what has been told up to there need not be told again; 0 for all
 */
public record BookPlace(HostPort address, long since) {}
