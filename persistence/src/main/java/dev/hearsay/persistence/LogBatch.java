package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts and deletes that are written together, in order. Not thread-safe. */
final class LogBatch {
  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte @Nullable []> values = new ArrayList<>();
  private long bytes;

  void put(byte[] key, byte[] value) {
    keys.add(key);
    values.add(value);
    bytes += key.length + value.length;
  }

  void delete(byte[] key) {
    keys.add(key);
    values.add(null);
    bytes += key.length;
  }

  int size() {
    return keys.size();
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Bytes of all keys and values. */
  long bytes() {
    return bytes;
  }

  byte[] key(int index) {
    return keys.get(index);
  }

  /** The value to put, or null to delete. */
  byte @Nullable [] value(int index) {
    return values.get(index);
  }
}
