package dev.hearsay.persistence;

/**
 * Where an entity's history stands.
 *
 * @param last the sequence number of its last event in the store, or of the last one deleted
 * @param deleted what was deleted of it
 */
record EntityHead(long last, JournalFormat.Deleted deleted) {
  /** The highest sequence number ever stored; survives deletion. */
  long highest() {
    return Math.max(last, deleted.highest());
  }
}
