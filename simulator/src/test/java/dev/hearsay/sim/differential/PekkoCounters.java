package dev.hearsay.sim.differential;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.cluster.ddata.PNCounter;

/** Pekko's {@code PNCounter}: the deltas of single transactions, and whole states. */
final class PekkoCounters implements Replicas {
  private final PNCounter[] states;
  private final Map<Integer, PNCounter> deltas = new HashMap<>();

  PekkoCounters(int nodes) {
    states = new PNCounter[nodes];
    Arrays.fill(states, PNCounter.create());
  }

  @Override
  public void write(Written transaction) {
    int node = transaction.node();
    PNCounter counter = states[node];
    for (Op op : transaction.ops()) {
      counter = counter.increment(PekkoNodes.descending(node), ((Op.Increment) op).amount());
    }
    deltas.put(transaction.id(), counter.delta().get());
    states[node] = counter.resetDelta();
  }

  @Override
  public void receive(int node, Written transaction) {
    states[node] = states[node].mergeDelta(deltas.get(transaction.id()));
  }

  @Override
  public void merge(int to, int from, boolean diff) {
    states[to] = states[to].merge(states[from]);
  }

  @Override
  public Object read(int node) {
    return states[node].getValue();
  }
}
