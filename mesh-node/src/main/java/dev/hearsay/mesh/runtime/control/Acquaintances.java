package dev.hearsay.mesh.runtime.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Whom {@link Formation} comes to know from rows of the node directory. A row outlives its process,
 * and comes again with every change of the directory: the address of a process that is not in reach
 * of the cluster is tried once, only a few of them at the same time, and the latest first. Not
 * thread-safe.
 */
final class Acquaintances {
  /** Addresses that others named and of which nothing was ever heard, before rows add no more. */
  static final int HEARSAY_MAX = 64;

  private final Peers peers;
  private final ControlHistory history;

  Acquaintances(Peers peers, ControlHistory history) {
    this.peers = peers;
    this.history = history;
  }

  void onRows(long now, Collection<NodeRow> rows, ClusterView view) {
    List<NodeRow> strangers = new ArrayList<>();
    for (NodeRow row : rows) {
      history.read(row);
      ControlAddress control = row.control();
      if (control != null && Boolean.TRUE.equals(view.members().get(control))) {
        learn(now, row);
      } else if (!history.hasMet(row)) {
        strangers.add(row);
      }
    }
    int room = HEARSAY_MAX - peers.hearsay();
    if (room > 0) {
      strangers.stream()
          .sorted(Comparator.comparingLong(NodeRow::generation).reversed())
          .limit(room)
          .forEach(row -> learn(now, row));
    }
  }

  private void learn(long now, NodeRow row) {
    history.meet(row);
    peers.know(now, List.of(row.data()), false);
  }
}
