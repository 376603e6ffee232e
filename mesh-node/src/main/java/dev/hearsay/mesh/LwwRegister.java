package dev.hearsay.mesh;

import java.util.List;
import java.util.Optional;

/**
 * A register that shows its latest write. Writes that were concurrent with it stay readable until
 * the next write.
 *
 * @param <T> class of the value
 */
public interface LwwRegister<T> {
  void set(T value);

  /** Empties the register as far as this node has seen it. */
  void clear();

  /** The latest write by (time, replica). */
  Optional<T> get();

  /** All concurrent values, the latest first; more than one only after concurrent writes. */
  List<T> siblings();

  /** As {@link #siblings}, with who wrote each and when. */
  List<Written<T>> writes();
}
