package dev.hearsay.sim.sessions;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Everything that a session's space holds on one node, as plain values: what the judgement rests
 * on, in place of what a node says of itself.
 *
 * @param messages the log, in its order
 * @param statusSiblings all values of the status register that stand side by side, sorted
 */
public record SpaceContent(
    List<MessageEntry> messages,
    SortedMap<String, Long> counters,
    SortedMap<String, SortedSet<String>> sets,
    SortedMap<String, String> registers,
    List<String> statusSiblings,
    SortedMap<String, String> calls) {

  public SpaceContent {
    messages = List.copyOf(messages);
    counters = new TreeMap<>(counters);
    sets = new TreeMap<>(sets);
    registers = new TreeMap<>(registers);
    statusSiblings = List.copyOf(statusSiblings);
    calls = new TreeMap<>(calls);
  }

  /** What a space holds that nobody wrote to. */
  public static final SpaceContent EMPTY =
      new SpaceContent(
          List.of(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of(), new TreeMap<>());
}
