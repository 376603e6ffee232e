package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What peers have announced and nobody has brought: once a change is overdue, its announcers are
 * asked, one after the other. Bounded; what does not fit is left to repair. Not thread-safe.
 */
final class Gaps {
  static final int GAPS_MAX = 10_000;
  static final int ANNOUNCERS_MAX = 8;

  /** A space and a writer of it. */
  record Key(String space, ReplicaId origin) {}

  /** Something announced that has not come. */
  static final class Gap {
    final Key key;
    final Set<HostPort> announcers = new LinkedHashSet<>();
    long counter;
    long dueMillis;

    Gap(Key key, long dueMillis) {
      this.key = key;
      this.dueMillis = dueMillis;
    }

    /** Takes out the one that announced it first. */
    HostPort next() {
      HostPort first = announcers.iterator().next();
      announcers.remove(first);
      return first;
    }
  }

  private final Map<Key, Gap> gaps = new LinkedHashMap<>();
  private final Traffic traffic;

  Gaps(Traffic traffic) {
    this.traffic = traffic;
  }

  /** The peer has the origin's changes up to that dot, which have not come here. */
  void announced(String space, ReplicaId origin, long counter, HostPort by, long dueMillis) {
    Key key = new Key(space, origin);
    Gap gap = gaps.get(key);
    if (gap == null) {
      if (gaps.size() >= GAPS_MAX) {
        traffic.forgot(Bound.GAPS, 1);
        return;
      }
      gap = new Gap(key, dueMillis);
      gaps.put(key, gap);
    }
    gap.counter = Math.max(gap.counter, counter);
    if (gap.announcers.size() < ANNOUNCERS_MAX) {
      gap.announcers.add(by);
    }
  }

  /** Those that are due; they stay until they are closed. */
  List<Gap> due(long nowMillis) {
    List<Gap> due = new ArrayList<>();
    for (Gap gap : gaps.values()) {
      if (nowMillis >= gap.dueMillis) {
        due.add(gap);
      }
    }
    return due;
  }

  void close(Gap gap) {
    gaps.remove(gap.key);
  }
}
