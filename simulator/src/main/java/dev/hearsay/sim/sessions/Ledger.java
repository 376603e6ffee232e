package dev.hearsay.sim.sessions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The driver's own record of what it asked for and what was acknowledged. Not thread-safe: one
 * thread drives.
 */
public final class Ledger {

  /** One message that was handed to a node. */
  private static final class Line {
    final String node;
    final Set<Integer> past;
    boolean acknowledged;

    Line(String node, Set<Integer> past) {
      this.node = node;
      this.past = past;
    }
  }

  private final Map<String, SortedMap<Integer, Line>> sessions = new HashMap<>();
  private int acknowledged;

  /**
   * Notes that a message goes to a node. What that node had acknowledged in the session before is
   * in the message's causal past, whatever the node will say.
   */
  public void handedOver(String session, int index, String node) {
    SortedMap<Integer, Line> lines = sessions.computeIfAbsent(session, s -> new TreeMap<>());
    Set<Integer> past = new TreeSet<>();
    lines.forEach(
        (earlier, line) -> {
          if (line.acknowledged && line.node.equals(node)) {
            past.add(earlier);
          }
        });
    lines.put(index, new Line(node, past));
  }

  /** Notes that the writer had the given message before it, by the node's answer. */
  public void alsoSeen(String session, int index, int earlier) {
    line(session, index).past.add(earlier);
  }

  /** Notes that a message was acknowledged as durable. */
  public void acknowledged(String session, int index) {
    Line line = line(session, index);
    if (!line.acknowledged) {
      line.acknowledged = true;
      acknowledged++;
    }
  }

  /** How many messages were acknowledged. */
  public int acknowledged() {
    return acknowledged;
  }

  /** The acknowledged messages of a session. */
  public Set<Integer> acknowledged(String session) {
    Set<Integer> result = new TreeSet<>();
    sessions
        .getOrDefault(session, new TreeMap<>())
        .forEach(
            (index, line) -> {
              if (line.acknowledged) {
                result.add(index);
              }
            });
    return result;
  }

  /** All acknowledged messages: session → indexes. */
  public SortedMap<String, List<Integer>> allAcknowledged() {
    SortedMap<String, List<Integer>> all = new TreeMap<>();
    sessions
        .keySet()
        .forEach(
            session -> {
              List<Integer> indexes = new ArrayList<>(acknowledged(session));
              if (!indexes.isEmpty()) {
                all.put(session, indexes);
              }
            });
    return all;
  }

  /** What a message's writer must have seen, as far as the driver knows. */
  Set<Integer> pastOf(String session, int index) {
    return Optional.ofNullable(sessions.get(session))
        .map(lines -> lines.get(index))
        .map(line -> line.past)
        .orElse(Set.of());
  }

  private Line line(String session, int index) {
    SortedMap<Integer, Line> lines = sessions.get(session);
    Line line = lines == null ? null : lines.get(index);
    if (line == null) {
      throw new IllegalStateException(
          "message " + index + " of " + session + " was never handed over");
    }
    return line;
  }
}
