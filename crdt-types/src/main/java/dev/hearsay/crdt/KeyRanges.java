package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key in any of some ranges: disjoint intervals in order, so that a key is looked up in the
 * logarithm of how many there are. A change may hold as many ranges as fit into it, and a field is
 * walked through once for all of them. Not thread-safe.
 */
final class KeyRanges {
  private static final Comparator<@Nullable Key> BY_BEGIN = KeyRanges::compareBegins;

  private final TreeMap<@Nullable Key, KeyRange> byBegin = new TreeMap<>(BY_BEGIN);

  static KeyRanges of(List<KeyRange> ranges) {
    KeyRanges result = new KeyRanges();
    ranges.forEach(result::add);
    return result;
  }

  boolean isEmpty() {
    return byBegin.isEmpty();
  }

  void clear() {
    byBegin.clear();
  }

  /** Disjoint, in ascending order, with a gap between any two. */
  List<KeyRange> toList() {
    return List.copyOf(byBegin.values());
  }

  void add(KeyRange range) {
    Key from = range.from();
    Key to = range.to();
    Map.Entry<@Nullable Key, KeyRange> next = byBegin.floorEntry(from);
    if (next == null || !reaches(next.getValue().to(), from)) {
      next = byBegin.higherEntry(from);
    } else {
      from = next.getKey();
    }
    while (next != null && reaches(to, next.getKey())) {
      to = laterEnd(to, next.getValue().to());
      byBegin.remove(next.getKey());
      next = byBegin.higherEntry(next.getKey());
    }
    byBegin.put(from, new KeyRange(from, to));
  }

  boolean contains(Key key) {
    Map.Entry<@Nullable Key, KeyRange> entry = byBegin.floorEntry(key);
    return entry != null && entry.getValue().isBelowEnd(key);
  }

  /** One range around all, of which there is one at least. */
  KeyRange hull() {
    return new KeyRange(
        byBegin.firstEntry().getValue().from(), byBegin.lastEntry().getValue().to());
  }

  private static int compareBegins(@Nullable Key a, @Nullable Key b) {
    if (a == null || b == null) {
      return a == b ? 0 : a == null ? -1 : 1;
    }
    return KeyRange.compare(a, b);
  }

  /** True if nothing lies between that end and that begin; null is the open one of either. */
  private static boolean reaches(@Nullable Key end, @Nullable Key begin) {
    return end == null || begin == null || KeyRange.compare(end, begin) >= 0;
  }

  private static @Nullable Key laterEnd(@Nullable Key a, @Nullable Key b) {
    if (a == null || b == null) {
      return null;
    }
    return KeyRange.compare(a, b) >= 0 ? a : b;
  }
}
