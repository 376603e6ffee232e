/**
 * Recorded agent sessions: how they are read, what playing them writes into shared memory, and how
 * what came of it is judged against the recording.
 */
@NullMarked
package dev.hearsay.sim.sessions;

import org.jspecify.annotations.NullMarked;
