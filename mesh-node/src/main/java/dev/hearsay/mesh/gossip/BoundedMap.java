package dev.hearsay.mesh.gossip;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of which the oldest entries go when there are too many. Not thread-safe. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int entriesMax;
  private final transient Runnable gone;

  BoundedMap(int entriesMax) {
    this(entriesMax, () -> {});
  }

  /** Told of each that goes. */
  BoundedMap(int entriesMax, Runnable gone) {
    this(entriesMax, /* accessOrder= */ false, gone);
  }

  /**
   * Told of each that goes.
   *
   * @param accessOrder whether the oldest is the one that was not asked for for the longest time
   */
  BoundedMap(int entriesMax, boolean accessOrder, Runnable gone) {
    super(16, 0.75f, accessOrder);
    this.entriesMax = entriesMax;
    this.gone = gone;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    boolean goes = size() > entriesMax;
    if (goes) {
      gone.run();
    }
    return goes;
  }
}
