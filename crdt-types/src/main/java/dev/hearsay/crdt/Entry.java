package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change does under one key of a field.
 *
 * @param key where
 * @param payload of the atom that is put; null if none is
 * @param drops dots of the atoms that the author saw under the key and that go
 */
public record Entry(Key key, @Nullable Value payload, List<Dot> drops) {
  public Entry {
    drops = List.copyOf(drops);
    if (payload == null && drops.isEmpty()) {
      throw new IllegalArgumentException("an entry that neither puts nor drops: " + key);
    }
  }

  public boolean puts() {
    return payload != null;
  }
}
