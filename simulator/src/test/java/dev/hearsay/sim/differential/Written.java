package dev.hearsay.sim.differential;

import dev.hearsay.crdt.HybridTime;
import java.util.List;
import java.util.Set;

/**
 * A transaction as it was written.
 *
 * @param id its place in the history
 * @param time later than that of all the node had seen
 * @param clockMillis what the node's own clock showed
 * @param past the transactions that the node had seen
 */
record Written(
    int id, int node, HybridTime time, int clockMillis, List<Op> ops, Set<Integer> past) {}
