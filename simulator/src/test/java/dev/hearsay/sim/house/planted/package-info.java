/** Classes that break the rules on purpose, each one of them, to show that the rules can fail. */
@NullMarked
package dev.hearsay.sim.house.planted;

import org.jspecify.annotations.NullMarked;
