package dev.hearsay.mesh;

import java.time.Instant;
import java.util.List;

/**
 * A log that keeps every entry, in the same order on every node: by hybrid logical time, then by
 * the writer. An entry comes after every entry its writer had seen.
 *
 * @param <T> class of the entries
 */
public interface AppendLog<T> {
  void append(T entry);

  /**
   * Removes an entry, on every node; no effect if it is gone already.
   *
   * @param id {@link LogEntry#id}
   * @throws HearsayException {@link ErrorCode#INVALID_NAME} if it is no id of an entry
   */
  void remove(String id);

  /**
   * Removes all entries that this node has seen but the last {@code count}, in a few bytes. Entries
   * that others append at the same time stay.
   */
  void keepLast(int count);

  /** Removes the entries that this node has seen from before {@code time}, in a few bytes. */
  void trimBefore(Instant time);

  int size();

  /** An immutable copy, in log order. */
  List<T> entries();

  /** The entries with their ids, authors and times, in log order; an immutable copy. */
  List<LogEntry<T>> read();

  /** The last {@code count} entries, or fewer if there are fewer, in log order. */
  List<T> last(int count);
}
