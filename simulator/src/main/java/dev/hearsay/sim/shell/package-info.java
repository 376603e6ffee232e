/** The prompt with which a newcomer touches a node: commands, their words, and their completion. */
@NullMarked
package dev.hearsay.sim.shell;

import org.jspecify.annotations.NullMarked;
