/**
 * Judges of a run: what must hold of every state that any node shows and of everything that clients
 * are told, each in a small file of its own.
 */
@NullMarked
package dev.hearsay.sim.check;

import org.jspecify.annotations.NullMarked;
