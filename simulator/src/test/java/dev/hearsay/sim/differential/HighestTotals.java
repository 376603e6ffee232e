package dev.hearsay.sim.differential;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Planted: one signed total a node, the highest of which counts, so that decrements are lost. */
final class HighestTotals implements Replicas {
  private final List<Map<Integer, BigInteger>> states = new ArrayList<>();
  private final Map<Integer, Map<Integer, BigInteger>> left = new HashMap<>();

  HighestTotals(int nodes) {
    for (int i = 0; i < nodes; i++) {
      states.add(new HashMap<>());
    }
  }

  @Override
  public void write(Written transaction) {
    int node = transaction.node();
    for (Op op : transaction.ops()) {
      BigInteger amount = BigInteger.valueOf(((Op.Increment) op).amount());
      states.get(node).merge(node, amount, BigInteger::add);
    }
    left.put(transaction.id(), Map.copyOf(states.get(node)));
  }

  @Override
  public void receive(int node, Written transaction) {
    left.get(transaction.id())
        .forEach((other, total) -> states.get(node).merge(other, total, BigInteger::max));
  }

  @Override
  public void merge(int to, int from, boolean diff) {
    Map.copyOf(states.get(from))
        .forEach((other, total) -> states.get(to).merge(other, total, BigInteger::max));
  }

  @Override
  public Object read(int node) {
    return states.get(node).values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }
}
