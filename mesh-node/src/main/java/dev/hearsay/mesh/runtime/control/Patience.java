package dev.hearsay.mesh.runtime.control;

/**
 * How long {@link Formation} waits for whoever is silent, in milliseconds.
 *
 * @param removeMillis how long a member may be unreachable before the cluster gives it up
 * @param unheardMillis after which an address is forgotten that was only learned and never heard
 * @param goneMillis after which an address is forgotten that is not heard any more
 */
record Patience(long removeMillis, long unheardMillis, long goneMillis) {}
