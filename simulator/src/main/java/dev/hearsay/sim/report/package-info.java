/**
 * Reports of experiments: an HTML page that needs nothing but itself, with plots drawn as SVG, and
 * a CSV file with the same rows.
 */
@NullMarked
package dev.hearsay.sim.report;

import org.jspecify.annotations.NullMarked;
