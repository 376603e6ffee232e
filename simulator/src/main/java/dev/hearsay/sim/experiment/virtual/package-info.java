/** Experiments in the virtual world: production's own core, thousands of nodes, one thread. */
@NullMarked
package dev.hearsay.sim.experiment.virtual;

import org.jspecify.annotations.NullMarked;
