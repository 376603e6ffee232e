package dev.hearsay.sim.experiment.live;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What all nodes together had sent at an instant, or in a phase.
 *
 * @param millis until all agreed after the phase's last write or heal; the phase's length if idle
 * @param messages by kind
 * @param bytes by kind
 */
record Reading(
    Phase phase, double millis, SortedMap<String, Long> messages, SortedMap<String, Long> bytes) {
  /** A part of the schedule. */
  enum Phase {
    STEADY("one writes, change by change"),
    HEAL("heal of a cut"),
    IDLE("idle");

    private final String title;

    Phase(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** A kind of message as both worlds spell it. */
  static String kind(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  Reading since(Reading before) {
    return new Reading(phase, millis, minus(messages, before.messages), minus(bytes, before.bytes));
  }

  private static SortedMap<String, Long> minus(
      SortedMap<String, Long> now, SortedMap<String, Long> before) {
    SortedMap<String, Long> grown = new TreeMap<>();
    now.forEach(
        (kind, count) -> {
          long more = count - before.getOrDefault(kind, 0L);
          if (more > 0) {
            grown.put(kind, more);
          }
        });
    return grown;
  }

  long allMessages() {
    return messages.values().stream().mapToLong(count -> count).sum();
  }

  long allBytes() {
    return bytes.values().stream().mapToLong(count -> count).sum();
  }
}
