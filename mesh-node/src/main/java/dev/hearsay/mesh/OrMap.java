package dev.hearsay.mesh;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map from text keys to values. A put wins over a remove that did not see it; of concurrent puts
 * under one key the latest is shown.
 *
 * @param <V> class of the values
 */
public interface OrMap<V> {
  void put(String key, V value);

  /** Removes the key as far as this node has seen it put; no effect if it is not there. */
  void remove(String key);

  /** Removes all keys that this node has seen, in a few bytes. */
  void clear();

  /**
   * Removes the keys that this node has seen from one, inclusive, to another, exclusive, in the
   * order of their UTF-8 bytes, in a few bytes; null leaves an end open.
   *
   * @throws IllegalArgumentException if the range ends before it begins
   */
  void removeRange(@Nullable String from, @Nullable String to);

  Optional<V> get(String key);

  /**
   * All concurrent values under the key with who wrote each and when, the latest first; more than
   * one only after concurrent puts.
   */
  List<Written<V>> writes(String key);

  boolean containsKey(String key);

  int size();

  Set<String> keys();

  /** An immutable copy, in no particular order. */
  Map<String, V> entries();
}
