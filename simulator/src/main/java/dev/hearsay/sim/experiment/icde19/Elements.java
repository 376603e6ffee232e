package dev.hearsay.sim.experiment.icde19;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * A state, or a part of one, as the set of its join-irreducibles: for each key the newest version.
 * A grow-only set has a key for each element, a grow-only counter one for each node, a map one for
 * each of its keys. The number of keys is what the paper counts as elements. Not thread-safe.
 */
final class Elements {
  private final Map<Integer, Integer> versions = new HashMap<>();

  static Elements of(Iterable<Integer> keys, IntUnaryOperator version) {
    Elements elements = new Elements();
    keys.forEach(key -> elements.versions.put(key, version.applyAsInt(key)));
    return elements;
  }

  Elements copy() {
    Elements copy = new Elements();
    copy.versions.putAll(versions);
    return copy;
  }

  int size() {
    return versions.size();
  }

  boolean isEmpty() {
    return versions.isEmpty();
  }

  int version(int key) {
    return versions.getOrDefault(key, 0);
  }

  void join(Elements other) {
    other.versions.forEach((key, version) -> versions.merge(key, version, Math::max));
  }

  /** Whether joining them would change nothing here. */
  boolean covers(Elements other) {
    return other.versions.entrySet().stream().allMatch(e -> e.getValue() <= version(e.getKey()));
  }

  /** Of these the part that {@code known} lacks: the paper's Δ(this, known). */
  Elements beyond(Elements known) {
    Elements beyond = new Elements();
    versions.forEach(
        (key, version) -> {
          if (version > known.version(key)) {
            beyond.versions.put(key, version);
          }
        });
    return beyond;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Elements elements && versions.equals(elements.versions);
  }

  @Override
  public int hashCode() {
    return versions.hashCode();
  }

  @Override
  public String toString() {
    return versions.toString();
  }
}
