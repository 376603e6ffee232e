package dev.hearsay.mesh.runtime.control;

import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Which of two clusters stays when they meet: the one with more reachable members, or at equal
 * numbers the one with the lower first address.
 */
record ClusterRank(int reachable, ControlAddress first) implements Comparable<ClusterRank> {
  private static final Comparator<ClusterRank> ORDER =
      Comparator.comparingInt(ClusterRank::reachable)
          .thenComparing(ClusterRank::first, Comparator.reverseOrder());

  /** The rank of a cluster with at least one member. */
  static ClusterRank of(NavigableMap<ControlAddress, Boolean> members) {
    int reachable = 0;
    ControlAddress first = members.firstKey();
    for (Map.Entry<ControlAddress, Boolean> member : members.entrySet()) {
      if (member.getValue() && reachable++ == 0) {
        first = member.getKey();
      }
    }
    return new ClusterRank(reachable, first);
  }

  /** Greater stays. */
  @Override
  public int compareTo(ClusterRank other) {
    return ORDER.compare(this, other);
  }
}
