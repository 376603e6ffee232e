/** Experiments: questions about memory that is shared without a server, answered by running it. */
@NullMarked
package dev.hearsay.sim.experiment;

import org.jspecify.annotations.NullMarked;
