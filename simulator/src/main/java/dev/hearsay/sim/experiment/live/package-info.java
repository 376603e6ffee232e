/** Experiments with real nodes, in this process or in processes of their own, over relays. */
@NullMarked
package dev.hearsay.sim.experiment.live;

import org.jspecify.annotations.NullMarked;
