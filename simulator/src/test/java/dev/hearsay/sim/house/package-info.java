/** Tests of the house itself: the arrows between packages, the style of the sources, the README. */
@NullMarked
package dev.hearsay.sim.house;

import org.jspecify.annotations.NullMarked;
