/** Benchmarks over real processes. */
@NullMarked
package dev.hearsay.sim.bench;

import org.jspecify.annotations.NullMarked;
