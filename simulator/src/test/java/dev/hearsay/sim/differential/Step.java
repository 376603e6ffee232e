package dev.hearsay.sim.differential;

import java.util.List;

/** What happens in a history. */
sealed interface Step {
  /** The same with nodes that are there: numbers are taken around, and no node meets itself. */
  Step among(int nodes);

  private static int other(int to, int from, int nodes) {
    return from % nodes == to % nodes ? (to + 1) % nodes : from % nodes;
  }

  /** The node writes one transaction. */
  record Write(int node, List<Op> ops) implements Step {
    @Override
    public Step among(int nodes) {
      return new Write(node % nodes, ops);
    }
  }

  /**
   * The node receives the first {@code count} changes, one by one, that the other has and it lacks.
   */
  record Changes(int to, int from, int count) implements Step {
    @Override
    public Step among(int nodes) {
      return new Changes(to % nodes, other(to, from, nodes), count);
    }
  }

  /** The node merges the other's whole state; on our side as a diff or as it is. */
  record State(int to, int from, boolean diff) implements Step {
    @Override
    public Step among(int nodes) {
      return new State(to % nodes, other(to, from, nodes), diff);
    }
  }
}
