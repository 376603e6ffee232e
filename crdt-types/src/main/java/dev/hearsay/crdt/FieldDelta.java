package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to one field.
 *
 * @param field which
 * @param ranges drops every atom under these keys that the change's own dependencies cover, before
 *     the entries: a few bytes whatever the field holds, and it never touches what the author had
 *     not seen
 * @param entries by key, each key at most once; those of a counter all put, since a count that was
 *     only dropped would take with it what others have not seen of it
 */
public record FieldDelta(FieldKey field, List<KeyRange> ranges, List<Entry> entries) {
  /** The ranges of a field that is cleared. */
  public static final List<KeyRange> CLEARED = List.of(KeyRange.ALL);

  public FieldDelta {
    ranges = List.copyOf(ranges);
    entries = List.copyOf(entries);
    if (!ranges.isEmpty() && field.type() == FieldType.PN_COUNTER) {
      throw new IllegalArgumentException("a counter is reset, never cleared: " + field);
    }
    if (field.type() == FieldType.PN_COUNTER && !entries.stream().allMatch(Entry::puts)) {
      throw new IllegalArgumentException("a counter's atom that goes and none in its place");
    }
    if (!ranges.isEmpty() && !ranges.equals(CLEARED) && !field.type().hasRanges()) {
      throw new IllegalArgumentException("a range of keys in " + field + ", which has one key");
    }
    for (KeyRange range : ranges) {
      requireKey(field, range.from());
      requireKey(field, range.to());
    }
  }

  private static void requireKey(FieldKey field, @Nullable Key key) {
    if (key != null && !field.type().hasKey(key)) {
      throw new IllegalArgumentException("a range at " + key + ", which is no key of " + field);
    }
  }

  /** True if everything goes that the author had seen in the field. */
  public boolean clears() {
    return ranges.equals(CLEARED);
  }
}
