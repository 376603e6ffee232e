package dev.hearsay.sim.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Planted: a remove also takes away the adds that it did not see. */
final class RemoveWinsSets implements Replicas {
  private final List<List<Written>> logs = new ArrayList<>();

  RemoveWinsSets(int nodes) {
    for (int i = 0; i < nodes; i++) {
      logs.add(new ArrayList<>());
    }
  }

  @Override
  public void write(Written transaction) {
    logs.get(transaction.node()).add(transaction);
  }

  @Override
  public void receive(int node, Written transaction) {
    logs.get(node).add(transaction);
  }

  @Override
  public void merge(int to, int from, boolean diff) {
    logs.get(from).stream().filter(w -> !logs.get(to).contains(w)).forEach(logs.get(to)::add);
  }

  @Override
  public Object read(int node) {
    Set<String> present = new TreeSet<>();
    for (Written adding : logs.get(node)) {
      for (int i = 0; i < adding.ops().size(); i++) {
        if (adding.ops().get(i) instanceof Op.Add add && !isRemoved(node, adding, i, add)) {
          present.add(add.element());
        }
      }
    }
    return present;
  }

  private boolean isRemoved(int node, Written adding, int index, Op.Add add) {
    for (Written removing : logs.get(node)) {
      boolean same = removing.id() == adding.id();
      for (int i = same ? index + 1 : 0; i < removing.ops().size(); i++) {
        boolean removes =
            removing.ops().get(i) instanceof Op.Clear
                || removing.ops().get(i).equals(new Op.Remove(add.element()));
        if (removes && !adding.past().contains(removing.id())) {
          return true;
        }
      }
    }
    return false;
  }
}
