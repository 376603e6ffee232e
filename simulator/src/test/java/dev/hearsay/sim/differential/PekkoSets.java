package dev.hearsay.sim.differential;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.pekko.cluster.ddata.ORSet;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;

/** Pekko's {@code ORSet}: the deltas of single transactions, and whole states. */
final class PekkoSets implements Replicas {
  private final ORSet<String>[] states;
  private final Map<Integer, ORSet.DeltaOp> deltas = new HashMap<>();

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic classes
  PekkoSets(int nodes) {
    states = new ORSet[nodes];
    Arrays.fill(states, ORSet.<String>create());
  }

  @Override
  public void write(Written transaction) {
    int node = transaction.node();
    SelfUniqueAddress self = PekkoNodes.descending(node);
    ORSet<String> set = states[node];
    for (Op op : transaction.ops()) {
      if (op instanceof Op.Add add) {
        set = set.add(self, add.element());
      } else if (op instanceof Op.Remove remove) {
        set = set.remove(self, remove.element());
      } else {
        set = set.clear(self);
      }
    }
    deltas.put(transaction.id(), set.delta().get());
    states[node] = set.resetDelta();
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
    return new TreeSet<>(states[node].getElements());
  }
}
