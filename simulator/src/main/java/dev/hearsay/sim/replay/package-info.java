/**
 * Plays recorded sessions on a lab of real nodes, with cuts and kills on the way, and has what came
 * of it judged.
 */
@NullMarked
package dev.hearsay.sim.replay;

import org.jspecify.annotations.NullMarked;
