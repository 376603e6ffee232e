/** Benchmarks: over real processes, and the form of every report. */
@NullMarked
package dev.hearsay.sim.bench;

import org.jspecify.annotations.NullMarked;
