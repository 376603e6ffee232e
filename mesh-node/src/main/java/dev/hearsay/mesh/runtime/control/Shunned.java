package dev.hearsay.mesh.runtime.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Clusters that could be heard of but not joined; neither joined nor left for, for a while. */
final class Shunned {
  private static final long FIRST_MILLIS = 60_000;
  private static final long MILLIS_MAX = 3_600_000;

  private final Map<ControlAddress, Long> until = new HashMap<>();
  private long millis = FIRST_MILLIS;

  void add(long now, Collection<ControlAddress> members) {
    if (until.size() > Limits.PEERS_MAX) {
      until.clear();
    }
    members.forEach(member -> until.put(member, now + millis));
    millis = Math.min(MILLIS_MAX, millis * 2);
  }

  boolean contains(long now, Hello report) {
    if (until.isEmpty()) {
      return false;
    }
    until.values().removeIf(end -> end <= now);
    return report.shares(until.keySet());
  }
}
