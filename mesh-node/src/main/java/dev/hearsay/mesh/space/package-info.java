/** One space as a pure state machine: mint, hold back, apply, journal, publish. */
@NullMarked
package dev.hearsay.mesh.space;

import org.jspecify.annotations.NullMarked;
