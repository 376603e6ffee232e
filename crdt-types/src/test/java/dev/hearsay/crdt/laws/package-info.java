/**
 * The laws of the store, played on random histories against a reference model that remembers
 * everything, and the obvious shortcuts that the laws must catch.
 */
@NullMarked
package dev.hearsay.crdt.laws;

import org.jspecify.annotations.NullMarked;
