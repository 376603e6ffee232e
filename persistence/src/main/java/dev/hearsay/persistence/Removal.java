package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deleted events of one entity that leave the store together. Not thread-safe. */
final class Removal {
  static final int EVENTS_MAX = 512;

  /** A removal takes no further event with so many keys; the last one may bring more. */
  static final int KEYS_MAX = 2048;

  /** From the lowest to the highest ordinal, both included. */
  record Range(long first, long last) {
    Range and(Range other) {
      return new Range(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  private final long to;
  private final List<byte[]> keys = new ArrayList<>();
  private final Map<String, Range> tags = new HashMap<>();
  private int events;
  private long last;

  /** Of events up to {@code to}. */
  Removal(long to) {
    this.to = to;
  }

  void addEvent(byte[] key) {
    keys.add(key);
    last = JournalFormat.sequenceNr(key);
    events++;
  }

  /** Adds the place of the event added last under one of its tags. */
  void addTag(String tag, long ordinal) {
    keys.add(IndexFormat.tagKey(tag, ordinal));
    tags.merge(tag, new Range(ordinal, ordinal), Range::and);
  }

  /** True if more may be left to remove. */
  boolean isFull() {
    return events >= EVENTS_MAX || keys.size() >= KEYS_MAX;
  }

  /** Keys to delete. */
  List<byte[]> keys() {
    return keys;
  }

  /** How many events they are of. */
  int events() {
    return events;
  }

  /** Events up to here are gone after it. */
  long purgedTo() {
    return isFull() ? last : to;
  }

  /** Where it removes from the indexes of tags. */
  Map<String, Range> tags() {
    return tags;
  }
}
