/**
 * The public API: a {@link dev.hearsay.mesh.MeshNode} embedded in an agent's process, the {@link
 * dev.hearsay.mesh.Space}s it shares with other nodes, and the typed fields inside them.
 *
 * <p>Reading is local and lock-free on any thread. Writing works without any peer and returns when
 * the change is in the local journal. Every failure is a {@link dev.hearsay.mesh.HearsayException}
 * whose {@link dev.hearsay.mesh.ErrorCode} says whether the effect is definite or indefinite.
 */
@NullMarked
package dev.hearsay.mesh;

import org.jspecify.annotations.NullMarked;
