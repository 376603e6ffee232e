/**
 * A virtual world around production's own core: nodes with virtual disks, a network and a clock in
 * one thread, everything from one seed; faults, and runs that judge what comes of them.
 */
@NullMarked
package dev.hearsay.sim.world;

import org.jspecify.annotations.NullMarked;
