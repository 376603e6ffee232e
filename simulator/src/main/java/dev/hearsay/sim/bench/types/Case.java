package dev.hearsay.sim.bench.types;

import org.jspecify.annotations.Nullable;

/**
 * A work done by a contender.
 *
 * @param benchmark class and method of the JMH benchmark; null for what is counted, not timed
 * @param note what exactly is done
 */
record Case(Work work, Contender contender, @Nullable String benchmark, String note) {

  /** True if one of N fields is worked on, and not a set of N elements. */
  boolean isOfFields() {
    return work == Work.INCREMENT || work == Work.SET;
  }
}
