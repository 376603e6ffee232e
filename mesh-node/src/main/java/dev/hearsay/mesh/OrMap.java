package dev.hearsay.mesh;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  Optional<V> get(String key);

  boolean containsKey(String key);

  int size();

  Set<String> keys();

  /** An immutable copy, in no particular order. */
  Map<String, V> entries();
}
