package dev.hearsay.persistence;

import java.util.LinkedHashMap;
import java.util.Map;

/** The ends of the entities used last. Not thread-safe. */
final class Heads extends LinkedHashMap<String, EntityHead> {
  private static final long serialVersionUID = 1L;
  private final int max;

  Heads(int max) {
    super(16, 0.75f, true);
    this.max = max;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, EntityHead> eldest) {
    return size() > max;
  }
}
