package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Peers that wait to be told when something is durable here. Bounded. Not thread-safe. */
final class Waiters {
  /** Most questions that wait; who is forgotten asks again. */
  static final int WAITERS_MAX = 20_000;

  /** Most entries of their targets together: a target in few bytes may stand for very many. */
  static final long ENTRIES_MAX = 1 << 20;

  /** A question that is not asked again for so long is given up by its asker. */
  private static final long FORGET_MILLIS = 5_000;

  private record Name(HostPort from, long request) {}

  /** A question that waits until the target is durable. */
  record Waiter(HostPort from, Message.About ask, VersionVector target, long untilMillis) {}

  private final Map<String, Map<Name, Waiter>> bySpace = new HashMap<>();
  private int count;
  private long entries;
  private final Traffic traffic;

  Waiters(Traffic traffic) {
    this.traffic = traffic;
  }

  void add(HostPort from, Message.About ask, long request, VersionVector target, long nowMillis) {
    Map<Name, Waiter> waiters =
        bySpace.computeIfAbsent(ask.space(), space -> new LinkedHashMap<>());
    Name name = new Name(from, request);
    Waiter before = waiters.get(name);
    long others = entries - (before == null ? 0 : before.target().size());
    if ((before == null && count >= WAITERS_MAX) || others + target.size() > ENTRIES_MAX) {
      traffic.forgot(Bound.QUESTIONS, 1);
      return;
    }
    if (before != null) {
      left(before);
    }
    waiters.put(name, new Waiter(from, ask, target, nowMillis + FORGET_MILLIS));
    count++;
    entries += target.size();
  }

  private void left(Waiter waiter) {
    count--;
    entries -= waiter.target().size();
  }

  /** Entries of all targets that wait. */
  long entries() {
    return entries;
  }

  /** Takes out those whose question can be answered now. */
  List<Waiter> takeReady(String space, SpaceBook spaces) {
    Map<Name, Waiter> waiters = bySpace.get(space);
    List<Waiter> ready = new ArrayList<>();
    if (waiters == null) {
      return ready;
    }
    for (Iterator<Waiter> each = waiters.values().iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      if (spaces.frontier(space).covers(waiter.target())) {
        each.remove();
        left(waiter);
        ready.add(waiter);
      }
    }
    if (waiters.isEmpty()) {
      bySpace.remove(space);
    }
    return ready;
  }

  void expire(long nowMillis) {
    for (Map<Name, Waiter> waiters : bySpace.values()) {
      for (Iterator<Waiter> each = waiters.values().iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        if (waiter.untilMillis() < nowMillis) {
          each.remove();
          left(waiter);
        }
      }
    }
    bySpace.values().removeIf(Map::isEmpty);
  }
}
