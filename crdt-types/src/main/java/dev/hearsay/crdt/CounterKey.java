package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;

/**
 * Key of a counter's atoms.
 *
 * @param base false: the count of {@code replica}; true: what a reset saw of that count
 * @param replica whose count
 */
record CounterKey(boolean base, ReplicaId replica) implements Key {}
