/** What the clients of a run asked for and what they were told, operation by operation. */
@NullMarked
package dev.hearsay.sim.history;

import org.jspecify.annotations.NullMarked;
