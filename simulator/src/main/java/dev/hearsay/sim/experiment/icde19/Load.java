package dev.hearsay.sim.experiment.icde19;

import java.util.ArrayList;
import java.util.List;

/**
 * What the nodes write: each changes something once a second. Of a map, the keys are split evenly
 * and each node changes its own, a share of them at a time, going round.
 *
 * @param label its name in reports
 * @param mapPercent of a map's keys that all nodes change in a second; 0 for a set or a counter
 */
public record Load(String label, int mapPercent) {
  /** Updates that each node makes. */
  public static final int EVENTS_PER_NODE = 100;

  /** Each update adds an element that nobody else adds. */
  public static final Load SET = new Load("GSet", 0);

  /** Each update increments the node's own entry. */
  public static final Load COUNTER = new Load("GCounter", 0);

  /** Keys of a map. */
  public static final int MAP_KEYS = 1_000;

  /** A map of which that many percent of the keys change in a second, from 1 to 100. */
  public static Load map(int percent) {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("a map of which " + percent + " % change");
    }
    return new Load("GMap" + percent, percent);
  }

  /** Those of the published comparison. */
  public static List<Load> all() {
    return List.of(SET, COUNTER, map(10), map(30), map(60), map(100));
  }

  /**
   * The keys that the node changes.
   *
   * @param event counts the node's events from 0
   */
  public List<Integer> keys(int node, int nodes, int event) {
    if (mapPercent == 0) {
      return List.of(this.equals(SET) ? event * nodes + node : node);
    }
    int first = (int) ((long) MAP_KEYS * node / nodes);
    int own = (int) ((long) MAP_KEYS * (node + 1) / nodes) - first;
    int perEvent = Math.min(own, ceil(ceil(MAP_KEYS, nodes) * mapPercent, 100));
    List<Integer> keys = new ArrayList<>(perEvent);
    for (int i = 0; i < perEvent; i++) {
      keys.add(first + (int) (((long) event * perEvent + i) % own));
    }
    return keys;
  }

  private static int ceil(int number, int by) {
    return (number + by - 1) / by;
  }
}
