package dev.hearsay.mesh.space;

import dev.hearsay.crdt.VersionVector;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far the journal of a space may be cut, beside what its snapshots allow. Changes that some
 * known holder may lack stay, so that a short absence is mended by changes and not by a state: as
 * many as it would be worth to read, and up to a number of bytes. What all known holders have is
 * let go of with the next snapshot. Nothing but that depends on it. It notes every so many events
 * what they led to. Used by one thread, but for {@link #stable}.
 */
public final class JournalCut {
  /** Events between two notes. */
  public static final int STEP = 250;

  /** An event, what all up to it lead to, and their bytes since this process reads them. */
  private record Mark(long sequence, VersionVector after, long bytes) {}

  private final Deque<Mark> marks = new ArrayDeque<>();
  private volatile VersionVector stable = VersionVector.EMPTY;
  private long bytes;

  /** All known holders have that. Called by one thread, which may be another. */
  public void stable(VersionVector frontier) {
    stable = stable.join(frontier);
  }

  /** An event is about to be written. */
  public void writing(int size) {
    bytes += size;
  }

  /** The event with that number has led there. */
  public void mark(long sequence, VersionVector after) {
    Mark before = marks.peekLast();
    if (before != null && !after.covers(before.after())) {
      marks.clear(); // another state has taken its place, and nothing before is served
    }
    marks.addLast(new Mark(sequence, after, bytes));
  }

  /**
   * The first event to stay.
   *
   * @param last the newest
   * @param changesMax most changes that are read for a peer instead of giving it the state; an
   *     event has one or more
   * @param bytesMax most bytes of events that stay for the sake of others
   */
  public long from(long last, long changesMax, long bytesMax) {
    VersionVector known = stable;
    long gone = Math.max(0, last - changesMax);
    for (Mark mark : marks) {
      if (known.covers(mark.after()) || bytes - mark.bytes() > bytesMax) {
        gone = Math.max(gone, mark.sequence());
      }
    }
    while (!marks.isEmpty() && marks.peekFirst().sequence() < gone) {
      marks.removeFirst();
    }
    return gone + 1;
  }
}
