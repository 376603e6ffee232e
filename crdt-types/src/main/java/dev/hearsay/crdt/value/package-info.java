/**
 * Canonical values and their bytes: two equal values have equal bytes on every machine. Bounded
 * readers and writers for every format of the project.
 */
@NullMarked
package dev.hearsay.crdt.value;

import org.jspecify.annotations.NullMarked;
