package dev.hearsay.sim.experiment.live;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A way in which five nodes are kept apart.
 *
 * @param title of it, in reports
 * @param cut whether what {@code from} sends does not reach {@code to}
 * @param flaps whether it comes and goes
 * @param sides nodes from which it is looked at, each for those in its position
 */
record Partition(String title, Cut cut, boolean flaps, List<Side> sides) {
  static final int NODES = 5;

  /** Which directions are cut. */
  @FunctionalInterface
  interface Cut {
    boolean between(int from, int to);
  }

  /**
   * A position that nodes are in.
   *
   * @param title of it, in reports
   * @param node that acts
   * @param friend that it reaches both ways; itself if there is none
   * @param stranger that it does not reach both ways; itself if there is none
   */
  record Side(String title, int node, int friend, int stranger) {}

  static List<Partition> all() {
    return List.of(
        new Partition("no cut", (from, to) -> false, false, List.of(new Side("anybody", 0, 1, 0))),
        new Partition(
            "one of five cut off",
            (from, to) -> (from == 4) != (to == 4),
            false,
            List.of(new Side("of the four", 0, 1, 4), new Side("the one", 4, 4, 0))),
        new Partition(
            "two of five cut off",
            (from, to) -> (from >= 3) != (to >= 3),
            false,
            List.of(new Side("of the three", 0, 1, 4), new Side("of the two", 4, 3, 0))),
        new Partition(
            "one hears nobody",
            (from, to) -> to == 4,
            false,
            List.of(new Side("of the four", 0, 1, 4), new Side("the one", 4, 4, 0))),
        new Partition(
            "one is heard by nobody",
            (from, to) -> from == 4,
            false,
            List.of(new Side("of the four", 0, 1, 4), new Side("the one", 4, 4, 0))),
        new Partition(
            "two pairs and a bridge",
            (from, to) -> from != 2 && to != 2 && (from < 2) != (to < 2),
            false,
            List.of(new Side("of a pair", 0, 1, 4), new Side("the bridge", 2, 1, 2))),
        new Partition(
            "one comes and goes",
            (from, to) -> (from == 4) != (to == 4),
            true,
            List.of(new Side("of the four", 0, 1, 0), new Side("the one", 4, 4, 4))));
  }

  /** How many nodes a node reaches both ways, itself among them, while the cut is there. */
  int reach(int node) {
    return (int)
        IntStream.range(0, NODES)
            .filter(
                other -> other == node || (!cut.between(node, other) && !cut.between(other, node)))
            .count();
  }

  /** Whether two nodes that do not reach each other both reach a third. */
  boolean hasBridge() {
    for (int some = 0; some < NODES; some++) {
      for (int other = 0; other < NODES; other++) {
        int from = some;
        int to = other;
        if (!reaches(from, to)
            && IntStream.range(0, NODES)
                .anyMatch(
                    third ->
                        third != from
                            && third != to
                            && reaches(from, third)
                            && reaches(third, to))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Both ways. */
  private boolean reaches(int some, int other) {
    return some == other || (!cut.between(some, other) && !cut.between(other, some));
  }

  boolean isCut() {
    return IntStream.range(0, NODES).anyMatch(node -> reach(node) < NODES);
  }
}
