/**
 * The same random histories on Hearsay's types and on those of Pekko Distributed Data, side by
 * side. Where the two are meant to differ is written in docs/decisions.md.
 */
@NullMarked
package dev.hearsay.sim.differential;

import org.jspecify.annotations.NullMarked;
