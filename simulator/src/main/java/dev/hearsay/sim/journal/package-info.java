/** Journals as lines of JSON, for people and other programs. */
@NullMarked
package dev.hearsay.sim.journal;

import org.jspecify.annotations.NullMarked;
