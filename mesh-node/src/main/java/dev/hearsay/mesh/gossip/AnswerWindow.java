package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Answers on their way to one peer: an answer leaves the window when the peer shows that it has
 * what was in it, by asking for more or by its frontiers. One that repeats the same request is
 * answered again after a while, and each time later. Not thread-safe.
 */
final class AnswerWindow {
  private static final int REPEATS_MAX = 6;

  private static final class Answered {
    VersionVector upTo = VersionVector.EMPTY;
    long bytes;
    long sinceMillis;
    int repeats;
  }

  private final Map<String, Answered> bySpace = new HashMap<>();

  /** Since when a space has been asked what to answer, and has not said. */
  private final Map<String, Long> asked = new HashMap<>();

  private long bytes;

  /**
   * Whether a request may be answered now.
   *
   * @param known frontiers that the peer has told
   */
  boolean admits(
      String space,
      VersionVector frontier,
      Map<String, VersionVector> known,
      GossipSettings settings,
      GossipLimits limits,
      long nowMillis) {
    Long since = asked.get(space);
    if (since != null && nowMillis - since < settings.askAgainMillis() / 2L) {
      return false;
    }
    Answered before = bySpace.get(space);
    if (before != null) {
      if (frontier.covers(before.upTo)) {
        remove(space);
      } else if (nowMillis - before.sinceMillis < pauseMillis(before, settings)) {
        return false;
      }
    }
    if (bytes >= limits.answersBytes()) {
      prune(known, settings, nowMillis);
    }
    return bytes < limits.answersBytes();
  }

  private static long pauseMillis(Answered answered, GossipSettings settings) {
    return (settings.askAgainMillis() / 2L) << Math.min(answered.repeats, REPEATS_MAX);
  }

  private void prune(Map<String, VersionVector> known, GossipSettings settings, long nowMillis) {
    Iterator<Map.Entry<String, Answered>> each = bySpace.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Answered> entry = each.next();
      Answered answered = entry.getValue();
      boolean taken = known.getOrDefault(entry.getKey(), VersionVector.EMPTY).covers(answered.upTo);
      if (taken || nowMillis - answered.sinceMillis > 2 * pauseMillis(answered, settings)) {
        bytes -= answered.bytes;
        each.remove();
      }
    }
  }

  /** The space is asked what to answer. */
  void asks(String space, long nowMillis) {
    asked.put(space, nowMillis);
  }

  /** The space has said what to answer. */
  void served(String space) {
    asked.remove(space);
  }

  /** An answer is sent that brings the peer to that frontier. */
  void sent(String space, VersionVector upTo, long size, long nowMillis) {
    Answered before = bySpace.get(space);
    Answered answered = new Answered();
    if (before != null) {
      answered.repeats = before.repeats + 1;
      bytes -= before.bytes;
    }
    answered.upTo = upTo;
    answered.bytes = size;
    answered.sinceMillis = nowMillis;
    bytes += size;
    bySpace.put(space, answered);
  }

  private void remove(String space) {
    Answered answered = bySpace.remove(space);
    bytes -= answered == null ? 0 : answered.bytes;
  }

  long bytes() {
    return bytes;
  }

  void clear() {
    bySpace.clear();
    asked.clear();
    bytes = 0;
  }
}
