/** Benchmarks of the journal and the snapshot store, beside Pekko's own. */
@NullMarked
package dev.hearsay.sim.bench.journal;

import org.jspecify.annotations.NullMarked;
