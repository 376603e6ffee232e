package dev.hearsay.mesh;

import java.util.Set;

/**
 * A map whose values are fields: under each key stands a set, a counter, a register or any other
 * field of its own, which merges as that type does. The field under key {@code k} of map {@code m}
 * is the space's field {@code m/k}; a slash or percent sign within a key is percent-encoded.
 * Opening a field writes nothing: a key is there while its field holds something.
 */
public interface FieldMap extends Fields {
  /** The keys whose fields hold something, in ascending order. */
  Set<String> keys();

  boolean containsKey(String key);

  /**
   * Deletes what this node has seen under the key, maps within it included. What others write there
   * at the same time stays.
   */
  void remove(String key);

  /** Deletes what this node has seen in the map; what others write at the same time stays. */
  void clear();
}
