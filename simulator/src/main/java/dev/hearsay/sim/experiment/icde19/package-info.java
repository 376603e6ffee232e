/**
 * The experiment of Enes, Almeida, Baquero and Leitão, "Efficient Synchronization of State-based
 * CRDTs", ICDE 2019: what it costs to tell nodes in a given topology of each other's updates. The
 * protocols of the paper are re-implemented here as baselines, after its text.
 */
@NullMarked
package dev.hearsay.sim.experiment.icde19;

import org.jspecify.annotations.NullMarked;
