package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is to be asked of whom: one request a space at a time, a bounded number in all. */
final class Wants {
  /** Ask this peer for this space. */
  record Ask(String space, HostPort from) {}

  private static final class Asked {
    final HostPort from;
    VersionVector frontier = VersionVector.EMPTY;
    long sinceMillis;

    Asked(HostPort from, long sinceMillis) {
      this.from = from;
      this.sinceMillis = sinceMillis;
    }
  }

  private final GossipSettings settings;
  private final Map<String, HostPort> waiting = new LinkedHashMap<>();
  private final Map<String, Asked> asked = new HashMap<>();

  Wants(GossipSettings settings) {
    this.settings = settings;
  }

  void want(String space, HostPort from) {
    if (!asked.containsKey(space)) {
      waiting.put(space, from);
    }
  }

  /** The requests to send now; they count as asked. */
  List<Ask> next(long nowMillis) {
    List<Ask> asks = new ArrayList<>();
    Iterator<Map.Entry<String, HostPort>> entries = waiting.entrySet().iterator();
    while (entries.hasNext() && asked.size() < settings.wantsMax()) {
      Map.Entry<String, HostPort> entry = entries.next();
      entries.remove();
      asked.put(entry.getKey(), new Asked(entry.getValue(), nowMillis));
      asks.add(new Ask(entry.getKey(), entry.getValue()));
    }
    return asks;
  }

  /** The request was sent with this frontier. */
  void sent(String space, VersionVector frontier) {
    Asked request = asked.get(space);
    if (request != null) {
      request.frontier = frontier;
    }
  }

  /**
   * Whether to go on with a request, now that this frontier is reached: not if the answer brought
   * nothing, which the same question would not change. Such a request is left to expire.
   */
  boolean goOn(String space, HostPort from, VersionVector reached, long nowMillis) {
    Asked request = asked.get(space);
    if (request == null || !request.from.equals(from) || request.frontier.covers(reached)) {
      return false;
    }
    request.frontier = reached;
    request.sinceMillis = nowMillis;
    return true;
  }

  boolean isAsked(String space, HostPort from) {
    Asked request = asked.get(space);
    return request != null && request.from.equals(from);
  }

  /** Something has come: the request goes on waiting from now. */
  void answered(String space, long nowMillis) {
    Asked request = asked.get(space);
    if (request != null) {
      request.sinceMillis = nowMillis;
    }
  }

  /** Those requests wait for something here, and not for the peer. */
  void touch(Predicate<String> busy, long nowMillis) {
    asked.forEach(
        (space, request) -> {
          if (busy.test(space)) {
            request.sinceMillis = nowMillis;
          }
        });
  }

  void closed(String space) {
    waiting.remove(space);
    asked.remove(space);
  }

  void done(String space, HostPort from) {
    if (isAsked(space, from)) {
      asked.remove(space);
    }
  }

  /** Gives up requests that nobody answers; the next comparison asks again. */
  List<Ask> expire(long nowMillis) {
    List<Ask> expired = new ArrayList<>();
    asked.forEach(
        (space, request) -> {
          if (nowMillis - request.sinceMillis > settings.askAgainMillis()) {
            expired.add(new Ask(space, request.from));
          }
        });
    expired.forEach(ask -> asked.remove(ask.space()));
    return expired;
  }

  void forget(HostPort peer) {
    waiting.values().removeIf(peer::equals);
    asked.values().removeIf(request -> request.from.equals(peer));
  }
}
