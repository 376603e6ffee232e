/**
 * What the mesh does, beside Pekko Distributed Data: node processes of either kind, one process a
 * node, over the same relays and asked the same.
 */
@NullMarked
package dev.hearsay.sim.bench.mesh;

import org.jspecify.annotations.NullMarked;
