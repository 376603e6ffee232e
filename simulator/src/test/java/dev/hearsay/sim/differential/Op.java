package dev.hearsay.sim.differential;

/** What both sides can do. A transaction is a list of these on one field. */
sealed interface Op {
  record Add(String element) implements Op {}

  record Remove(String element) implements Op {}

  record Clear() implements Op {}

  record Increment(long amount) implements Op {}

  record Assign(String value) implements Op {}
}
