/** The command line. */
@NullMarked
package dev.hearsay.sim.cli;

import org.jspecify.annotations.NullMarked;
