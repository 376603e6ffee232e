/**
 * Conflict-free replicated data types on one dotted store: causality (dots, version vectors, hybrid
 * logical time), the state of a space, changes and how they apply, state transfer, and the typed
 * views. Pure: no I/O, no clock, no randomness, no threads; every state is immutable.
 *
 * <p>Sources: Almeida, Shoker, Baquero, <i>Delta state replicated data types</i> (2018) for deltas
 * and joins; Almeida et al., <i>Scalable and accurate causality tracking for eventually consistent
 * stores</i> (2014) for dotted stores; Kulkarni et al., <i>Logical physical clocks</i> (2014).
 */
@NullMarked
package dev.hearsay.crdt;

import org.jspecify.annotations.NullMarked;
