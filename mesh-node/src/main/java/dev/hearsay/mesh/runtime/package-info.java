/**
 * The composition root: actors that interpret what the pure packages ask for, and the API on top.
 * The only package, with {@code control}, that knows Pekko.
 */
@NullMarked
package dev.hearsay.mesh.runtime;

import org.jspecify.annotations.NullMarked;
