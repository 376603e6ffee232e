package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk along an index in the order of commits. It goes no further than what is acknowledged when
 * it looks, and everything up to there is in the store then: so nothing that is committed later
 * stands behind it. Not thread-safe.
 */
final class OrdinalScan {
  private final CommitFeed feed;
  private final boolean live;
  private final long after;

  private long position;
  private long to = Long.MAX_VALUE;
  private boolean started;
  private long upTo;

  /** Of everything behind an ordinal; if it is not live, up to what there is at the first look. */
  OrdinalScan(CommitFeed feed, long after, boolean live) {
    this.feed = feed;
    this.after = after;
    this.position = after;
    this.live = live;
  }

  /**
   * Looks at what is acknowledged now. To be called before a cursor is opened, so that the cursor
   * has all of it.
   *
   * @throws IllegalArgumentException if the scan starts at an ordinal that was never given out
   */
  void look() {
    long acknowledged = feed.ordinal();
    if (!started) {
      if (after > acknowledged) {
        throw new IllegalArgumentException(
            "offset "
                + after
                + " is beyond the journal's highest, "
                + acknowledged
                + ": it is of another journal, or of this one before it was restored; start from"
                + " an earlier offset");
      }
      if (!live) {
        to = acknowledged;
      }
      started = true;
    }
    upTo = Math.min(to, acknowledged);
  }

  /** The next entries of the index that {@code like} is a key of, at most {@code max}. */
  List<LogStore.Entry> entries(LogStore.Cursor cursor, byte[] first, int max) throws IOException {
    List<LogStore.Entry> entries = new ArrayList<>();
    if (position < upTo) {
      LogStore.Entry entry = cursor.seek(first);
      while (entries.size() < max
          && entry != null
          && IndexFormat.sameIndex(entry.key(), first)
          && IndexFormat.ordinal(entry.key()) <= upTo) {
        entries.add(entry);
        entry = cursor.next();
      }
    }
    return entries;
  }

  /** The ordinal to go on from. */
  long next() {
    return position + 1;
  }

  /** Everything up to this ordinal has been taken. */
  void taken(long ordinal) {
    position = ordinal;
  }

  /** Everything there was at the last look has been taken. */
  void takenAll() {
    position = Math.max(position, upTo);
  }

  /** True if nothing can follow. */
  boolean isComplete() {
    return position >= to;
  }
}
