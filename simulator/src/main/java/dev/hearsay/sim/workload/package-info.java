/**
 * What clients do in a run, each workload a small file. Users add their own by implementing {@link
 * dev.hearsay.sim.workload.Workload} and naming it in {@code
 * META-INF/services/dev.hearsay.sim.workload.Workload}.
 */
@NullMarked
package dev.hearsay.sim.workload;

import org.jspecify.annotations.NullMarked;
