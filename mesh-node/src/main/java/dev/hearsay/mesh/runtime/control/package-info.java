/**
 * The control plane of a node: the cluster of the nodes that can reach each other, and the node
 * directory.
 *
 * <p>A node has two actor systems. The <em>data</em> system carries memory; it is never quarantined
 * by membership and never replaced. The <em>control</em> system of this package carries membership
 * and Pekko Distributed Data, and may be replaced under a running node: that is how clusters which
 * formed apart become one. Memory does not depend on anything in here.
 *
 * <p>{@code Formation} is the agreement by which nodes form and merge clusters, free of I/O, clock
 * and Pekko; {@code FormationActor} interprets it over messages of the data system.
 */
@NullMarked
package dev.hearsay.mesh.runtime.control;

import org.jspecify.annotations.NullMarked;
