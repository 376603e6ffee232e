package dev.hearsay.sim.differential;

import dev.hearsay.crdt.HybridTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Plays one history on two implementations and looks at every node after every step. */
final class SideBySide {
  /** What must hold between what a node reads on both sides. */
  @FunctionalInterface
  interface Agreement {
    void check(Object ours, Object theirs, String when);
  }

  private final Replicas ours;
  private final Replicas theirs;
  private final History history;

  /** What each node has written and received, in order. */
  private final List<List<Written>> logs = new ArrayList<>();

  /** The latest time each node has seen. */
  private final List<HybridTime> latest = new ArrayList<>();

  private int writes;

  SideBySide(History history, Replicas ours, Replicas theirs) {
    this.history = history;
    this.ours = ours;
    this.theirs = theirs;
    for (int node = 0; node < history.nodes(); node++) {
      logs.add(new ArrayList<>());
      latest.add(HybridTime.ZERO);
    }
  }

  SideBySide play(Agreement agreement) {
    for (int i = 0; i < history.steps().size(); i++) {
      Step step = history.steps().get(i);
      perform(step);
      check(agreement, "after step " + i + " " + step);
    }
    return this;
  }

  /** Every node merges every other's state, until all have seen all. */
  void settle(Agreement agreement) {
    for (int round = 0; round < 2; round++) {
      for (int to = 0; to < history.nodes(); to++) {
        for (int from = 0; from < history.nodes(); from++) {
          if (to != from) {
            merge(to, from, true);
          }
        }
      }
    }
    check(agreement, "when all have merged all");
  }

  private void check(Agreement agreement, String when) {
    for (int node = 0; node < history.nodes(); node++) {
      agreement.check(ours.read(node), theirs.read(node), "node " + node + " " + when);
    }
  }

  private void perform(Step step) {
    if (step instanceof Step.Write write) {
      write(write.node(), write.ops());
    } else if (step instanceof Step.Changes changes) {
      deliver(changes.to(), changes.from(), changes.count());
    } else if (step instanceof Step.State state) {
      merge(state.to(), state.from(), state.diff());
    }
  }

  private void write(int node, List<Op> ops) {
    HybridTime clock = HybridTime.ofMillis(history.clocks().get(node));
    HashSet<Integer> past = new HashSet<>();
    logs.get(node).forEach(seen -> past.add(seen.id()));
    Written transaction =
        new Written(
            writes++,
            node,
            HybridTime.max(clock, latest.get(node).next()),
            history.clocks().get(node),
            ops,
            past);
    ours.write(transaction);
    theirs.write(transaction);
    see(node, transaction);
  }

  private void deliver(int to, int from, int count) {
    for (Written transaction : missing(to, from).stream().limit(count).toList()) {
      ours.receive(to, transaction);
      theirs.receive(to, transaction);
      see(to, transaction);
    }
  }

  private void merge(int to, int from, boolean diff) {
    ours.merge(to, from, diff);
    theirs.merge(to, from, diff);
    missing(to, from).forEach(transaction -> see(to, transaction));
  }

  /** In the other's order, in which nothing comes before what it depends on. */
  private List<Written> missing(int to, int from) {
    return logs.get(from).stream()
        .filter(transaction -> !logs.get(to).contains(transaction))
        .toList();
  }

  private void see(int node, Written transaction) {
    logs.get(node).add(transaction);
    latest.set(node, HybridTime.max(latest.get(node), transaction.time()));
  }
}
