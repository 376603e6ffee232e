package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes that have come from peers and are not durable yet: being written, or held back for what
 * they depend on. Bounded; what does not fit counts as not held. Not thread-safe.
 */
final class Arrivals {
  /** Most changes that are remembered. */
  static final int CHANGES_MAX = 100_000;

  /** For how many times longer than a change counts as held its senders are remembered. */
  private static final int SENDERS_TIMES = 30;

  /** Of one space and origin. */
  private static final class Arrived {
    /** Everything up to here has come. */
    long upTo;

    /** First to last dot of changes, or of runs of them, beyond a gap. */
    final NavigableMap<Long, Long> beyond = new TreeMap<>();

    /** By last dot, who sent the changes that came as rumours, which are passed on to others. */
    final NavigableMap<Long, Set<HostPort>> rumours = new TreeMap<>();

    long sinceMillis;

    boolean has(long first, long last) {
      if (upTo >= last) {
        return true;
      }
      Map.Entry<Long, Long> run = beyond.floorEntry(first);
      return run != null && run.getValue() >= last;
    }

    int size() {
      return 1 + beyond.size() + rumours.size();
    }
  }

  private final Map<String, Map<ReplicaId, Arrived>> bySpace = new HashMap<>();
  private final Traffic traffic;
  private int size;

  Arrivals(Traffic traffic) {
    this.traffic = traffic;
  }

  /** Whether the change is durable or has come before. */
  boolean isHeld(String space, VersionVector durable, EncodedChange change) {
    ReplicaId origin = change.change().replica();
    if (durable.covers(origin, change.last())) {
      return true;
    }
    Arrived arrived = bySpace.getOrDefault(space, Map.of()).get(origin);
    return arrived != null && arrived.has(change.change().first(), change.last());
  }

  /** Up to which dot of the origin everything is durable or has come. */
  long upTo(String space, VersionVector durable, ReplicaId origin) {
    Arrived arrived = bySpace.getOrDefault(space, Map.of()).get(origin);
    return Math.max(durable.counter(origin), arrived == null ? 0 : arrived.upTo);
  }

  /**
   * A change has come that is not held.
   *
   * @param rumour whether it is to be passed on
   */
  void add(
      String space,
      VersionVector durable,
      EncodedChange change,
      HostPort from,
      boolean rumour,
      long nowMillis) {
    if (size >= CHANGES_MAX) {
      traffic.forgot(Bound.ARRIVALS, 1);
      return;
    }
    Arrived arrived = begin(space, change.change().replica());
    if (rumour) {
      arrived.rumours.computeIfAbsent(change.last(), last -> new HashSet<>()).add(from);
    }
    end(arrived, durable, change, change, nowMillis);
  }

  /**
   * Changes have come that follow each other and are not to be passed on.
   *
   * @param last of the same origin as the first
   */
  void addRun(
      String space,
      VersionVector durable,
      EncodedChange first,
      EncodedChange last,
      long nowMillis) {
    if (size < CHANGES_MAX) {
      end(begin(space, first.change().replica()), durable, first, last, nowMillis);
    } else {
      traffic.forgot(Bound.ARRIVALS, 1);
    }
  }

  private Arrived begin(String space, ReplicaId origin) {
    Map<ReplicaId, Arrived> byOrigin = bySpace.computeIfAbsent(space, name -> new HashMap<>());
    Arrived known = byOrigin.get(origin);
    if (known != null) {
      size -= known.size();
      return known;
    }
    Arrived arrived = new Arrived();
    byOrigin.put(origin, arrived);
    return arrived;
  }

  private void end(
      Arrived arrived,
      VersionVector durable,
      EncodedChange first,
      EncodedChange last,
      long nowMillis) {
    arrived.sinceMillis = nowMillis;
    arrived.upTo = Math.max(arrived.upTo, durable.counter(first.change().replica()));
    arrived.beyond.merge(first.change().first(), last.last(), Math::max);
    closeGap(arrived);
    size += arrived.size();
  }

  private static void closeGap(Arrived arrived) {
    Map.Entry<Long, Long> next = arrived.beyond.firstEntry();
    while (next != null && next.getKey() <= arrived.upTo + 1) {
      arrived.upTo = Math.max(arrived.upTo, next.getValue());
      arrived.beyond.pollFirstEntry();
      next = arrived.beyond.firstEntry();
    }
  }

  /**
   * Who sent the change, if it came as a rumour and is to be passed on to others now that it is
   * durable; else null.
   */
  @Nullable Set<HostPort> sendersOfRumour(String space, EncodedChange change) {
    Arrived arrived = bySpace.getOrDefault(space, Map.of()).get(change.change().replica());
    return arrived == null ? null : arrived.rumours.get(change.last());
  }

  /** Whether anything of the space has come that is to be passed on. */
  boolean hasRumours(String space) {
    for (Arrived arrived : bySpace.getOrDefault(space, Map.of()).values()) {
      if (!arrived.rumours.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** A change that is held has come once more. */
  void again(String space, EncodedChange change, HostPort from) {
    Set<HostPort> senders = sendersOfRumour(space, change);
    if (senders != null) {
      senders.add(from);
    }
  }

  /** Everything up to the frontier is durable, and need not be remembered here. */
  void durable(String space, VersionVector frontier) {
    Map<ReplicaId, Arrived> byOrigin = bySpace.get(space);
    if (byOrigin == null) {
      return;
    }
    Iterator<Map.Entry<ReplicaId, Arrived>> each = byOrigin.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<ReplicaId, Arrived> entry = each.next();
      Arrived arrived = entry.getValue();
      size -= arrived.size();
      long counter = frontier.counter(entry.getKey());
      arrived.beyond.headMap(counter, /* inclusive= */ true).clear();
      arrived.rumours.headMap(counter, /* inclusive= */ true).clear();
      if (arrived.beyond.isEmpty() && arrived.rumours.isEmpty() && arrived.upTo <= counter) {
        each.remove();
      } else {
        size += arrived.size();
      }
    }
    if (byOrigin.isEmpty()) {
      bySpace.remove(space);
    }
  }

  /**
   * What has not become durable in that time does not count as held any more: it was refused, had
   * no room, or still waits for what it depends on. For the sake of the latter it is remembered for
   * longer who sent it, if there is room, so that it does not go back there.
   */
  void expire(long nowMillis, long afterMillis) {
    boolean roomy = size <= CHANGES_MAX / 2;
    Iterator<Map<ReplicaId, Arrived>> each = bySpace.values().iterator();
    while (each.hasNext()) {
      Map<ReplicaId, Arrived> byOrigin = each.next();
      byOrigin.values().removeIf(arrived -> isOver(arrived, roomy, nowMillis, afterMillis));
      if (byOrigin.isEmpty()) {
        each.remove();
      }
    }
  }

  private boolean isOver(Arrived arrived, boolean roomy, long nowMillis, long afterMillis) {
    long age = nowMillis - arrived.sinceMillis;
    if (age <= afterMillis) {
      return false;
    }
    size -= arrived.size();
    if (!roomy || arrived.rumours.isEmpty() || age > SENDERS_TIMES * afterMillis) {
      return true;
    }
    arrived.upTo = 0;
    arrived.beyond.clear();
    size += arrived.size();
    return false;
  }
}
