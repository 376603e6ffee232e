/** The messages between nodes and their bytes. Pure. */
@NullMarked
package dev.hearsay.mesh.wire;

import org.jspecify.annotations.NullMarked;
