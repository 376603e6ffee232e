/**
 * What the journal does, beside Pekko's own LevelDB plugin, raw LevelDB and Redis: one driver, the
 * same persistent actors, rounds in turn.
 */
@NullMarked
package dev.hearsay.sim.bench.journal;

import org.jspecify.annotations.NullMarked;
