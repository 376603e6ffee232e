package dev.hearsay.persistence;

import java.io.IOException;

/**
 * Numbers of events with tags and of entities, in the order of their commits. A number is given out
 * once, also if a power loss takes the record of it: who has read up to a number misses nothing
 * that is written later.
 */
final class Ordinals {
  /** So far ordinals jump after a run that acknowledged without fsync; none gives out as many. */
  static final long JUMP = 1L << 32;

  private Ordinals() {}

  /**
   * The highest ordinal given out, of a store that is being opened. Writes, with an fsync, if the
   * last run or this one acknowledges without fsync.
   *
   * @throws IOException if it cannot be read, or its record is damaged
   */
  static long open(LogStore store, boolean unsynced) throws IOException {
    byte[] value = store.get(IndexFormat.highestKey());
    IndexFormat.Highest found = value == null ? new IndexFormat.Highest(0, false) : decode(value);
    if (!found.unsynced() && !unsynced) {
      return found.ordinal();
    }
    long ordinal = found.ordinal();
    if (found.unsynced()) {
      ordinal = (ordinal / JUMP + 1) * JUMP;
    }
    LogBatch batch = new LogBatch();
    batch.put(
        IndexFormat.highestKey(), IndexFormat.encode(new IndexFormat.Highest(ordinal, unsynced)));
    store.write(batch, true);
    return ordinal;
  }

  private static IndexFormat.Highest decode(byte[] value) throws IOException {
    try {
      return IndexFormat.decodeHighest(value);
    } catch (JournalFormat.MalformedException e) {
      throw new IOException(
          "the record of the highest ordinal " + e.getMessage() + "; restore a backup", e);
    }
  }
}
