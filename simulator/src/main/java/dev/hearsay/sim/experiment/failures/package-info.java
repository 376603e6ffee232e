/**
 * Ways in which agents lose their memory: each shown happening on a plain store where the last
 * writer wins, and then tried on Hearsay.
 */
@NullMarked
package dev.hearsay.sim.experiment.failures;

import org.jspecify.annotations.NullMarked;
