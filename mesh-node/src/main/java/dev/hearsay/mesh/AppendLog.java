package dev.hearsay.mesh;

import java.util.List;

/**
 * A log that keeps every entry, in the same order on every node: by hybrid logical time, then by
 * the writer. An entry comes after every entry its writer had seen.
 *
 * @param <T> class of the entries
 */
public interface AppendLog<T> {
  void append(T entry);

  int size();

  /** An immutable copy, in log order. */
  List<T> entries();

  /** The last {@code count} entries, or fewer if there are fewer, in log order. */
  List<T> last(int count);
}
