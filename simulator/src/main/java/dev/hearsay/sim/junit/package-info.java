/**
 * Runs agents' own blocking code on a virtual mesh under faults, from JUnit: {@link
 * dev.hearsay.sim.junit.SimulatedTest} and {@link dev.hearsay.sim.junit.VirtualMesh}. JUnit's API
 * is not brought along: a test has its own.
 */
@NullMarked
package dev.hearsay.sim.junit;

import org.jspecify.annotations.NullMarked;
