package dev.hearsay.mesh.gossip;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of which the oldest entries go when there are too many. Not thread-safe. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int entriesMax;

  BoundedMap(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > entriesMax;
  }
}
