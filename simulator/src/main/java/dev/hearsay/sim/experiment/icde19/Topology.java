package dev.hearsay.sim.experiment.icde19;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Who has a link to whom; links go both ways, and all nodes are connected.
 *
 * @param name in reports
 * @param links of each node, its neighbours
 */
public record Topology(String name, List<List<Integer>> links) {
  /** Most nodes. */
  public static final int NODES_MAX = 10_000;

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if there are too few or too many nodes, a link goes nowhere,
   *     to its own node or one way only, or a node cannot be reached
   */
  public Topology {
    links = links.stream().map(List::copyOf).toList();
    if (links.size() < 2 || links.size() > NODES_MAX) {
      throw new IllegalArgumentException(
          "topology " + name + " has " + links.size() + " nodes, not 2 to " + NODES_MAX);
    }
    for (int node = 0; node < links.size(); node++) {
      for (int other : links.get(node)) {
        if (other < 0 || other >= links.size() || other == node) {
          throw new IllegalArgumentException(
              "topology " + name + ": node " + node + " has a link to " + other);
        }
        if (!links.get(other).contains(node)) {
          throw new IllegalArgumentException(
              "topology " + name + ": the link from " + node + " to " + other + " is one-way");
        }
      }
    }
    if (reachable(links) < links.size()) {
      throw new IllegalArgumentException("topology " + name + " falls into parts");
    }
  }

  private static int reachable(List<List<Integer>> links) {
    Set<Integer> seen = new HashSet<>(Set.of(0));
    Deque<Integer> next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      for (int other : links.get(next.remove())) {
        if (seen.add(other)) {
          next.add(other);
        }
      }
    }
    return seen.size();
  }

  /** How many nodes there are. */
  public int size() {
    return links.size();
  }

  /** A tree of our own making: node n hangs on (n − 1) / 2. */
  public static Topology tree(int nodes) {
    return new Topology(
        "tree" + nodes,
        lists(nodes, (a, b) -> (a > 0 && (a - 1) / 2 == b) || (b > 0 && (b - 1) / 2 == a)));
  }

  /** A mesh of our own making: a ring whose nodes also know those four further on. */
  public static Topology mesh(int nodes) {
    return new Topology(
        "mesh" + nodes,
        lists(
            nodes,
            (a, b) -> {
              int apart = Math.floorMod(a - b, nodes);
              return apart == 1 || apart == 4 || apart == nodes - 1 || apart == nodes - 4;
            }));
  }

  private interface Linked {
    boolean test(int some, int other);
  }

  private static List<List<Integer>> lists(int nodes, Linked linked) {
    return IntStream.range(0, nodes)
        .mapToObj(
            node ->
                IntStream.range(0, nodes)
                    .filter(other -> other != node && linked.test(node, other))
                    .boxed()
                    .toList())
        .toList();
  }
}
