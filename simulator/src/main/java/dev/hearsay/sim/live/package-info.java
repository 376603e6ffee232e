/**
 * The workloads and checkers of the virtual world against real node processes, in real time: nodes
 * in JVMs of their own behind the lab's relays, clients and judges in the driver.
 */
@NullMarked
package dev.hearsay.sim.live;

import org.jspecify.annotations.NullMarked;
