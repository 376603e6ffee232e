package dev.hearsay.mesh;

import java.util.List;

/**
 * A register that keeps all concurrent writes side by side, for the caller to resolve with the next
 * one. Nobody's write is lost without a later writer having seen it.
 *
 * @param <T> class of the value
 */
public interface MvRegister<T> {
  /** Writes in place of all values that this node has seen. */
  void set(T value);

  /** Empties the register as far as this node has seen it. */
  void clear();

  /** The values, the latest first; more than one only after concurrent writes. */
  List<T> values();

  /** The values with who wrote them and when, the latest first. */
  List<Written<T>> writes();
}
