/** The bytes of changes and of diffs: journaled, sent, repaired from, exported. */
@NullMarked
package dev.hearsay.crdt.format;

import org.jspecify.annotations.NullMarked;
