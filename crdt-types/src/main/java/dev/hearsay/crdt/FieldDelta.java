package dev.hearsay.crdt;

import java.util.List;

/**
 * What a change does to one field.
 *
 * @param field which
 * @param clears drops every atom of the field that the change's own dependencies cover, before the
 *     entries: one bit whatever the field holds, and it never touches what the author had not seen
 * @param entries by key, each key at most once
 */
public record FieldDelta(FieldKey field, boolean clears, List<Entry> entries) {
  public FieldDelta {
    entries = List.copyOf(entries);
    if (clears && field.type() == FieldType.PN_COUNTER) {
      throw new IllegalArgumentException("a counter is reset, never cleared: " + field);
    }
  }
}
