package dev.hearsay.sim.experiment.failures;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The store that agents usually share, as a small model: texts under keys, where the last writer
 * wins. A replica of it takes over what is newer by the time of the write, when it comes. Not
 * thread-safe: whoever uses it decides who goes next.
 */
final class PlainStore {
  private record Entry(String value, long time) {}

  private final Map<String, Entry> entries = new HashMap<>();

  Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  long number(String key) {
    return get(key).map(Long::parseLong).orElse(0L);
  }

  void put(String key, String value, long time) {
    Entry before = entries.get(key);
    if (before == null || before.time() <= time) {
      entries.put(key, new Entry(value, time));
    }
  }

  /** Only if nobody has the key; as locks are built on it. */
  boolean putIfAbsent(String key, String value, long time) {
    if (entries.containsKey(key)) {
      return false;
    }
    put(key, value, time);
    return true;
  }

  void remove(String key) {
    entries.remove(key);
  }

  /** Takes over what a replica has that is newer. */
  void merge(PlainStore other) {
    other.entries.forEach((key, entry) -> put(key, entry.value(), entry.time()));
  }
}
