/**
 * What the types cost, beside other systems: JMH benchmarks, heap, bytes. A {@link
 * dev.hearsay.sim.bench.types.Work} is done by several {@link
 * dev.hearsay.sim.bench.types.Contender}s; {@code Catalogue} says who does what, and what exactly
 * is compared.
 */
@NullMarked
package dev.hearsay.sim.bench.types;

import org.jspecify.annotations.NullMarked;
