/**
 * A lab of real processes: nodes in JVMs of their own, wired through relays on loopback addresses
 * that can cut single links, so that production settings stay in force while faults happen.
 */
@NullMarked
package dev.hearsay.sim.lab;

import org.jspecify.annotations.NullMarked;
