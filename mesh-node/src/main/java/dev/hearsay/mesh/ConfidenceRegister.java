package dev.hearsay.mesh;

import java.util.List;
import java.util.Optional;

/**
 * A register that shows the value written with the highest confidence; among equals, the latest. A
 * write replaces what it has seen; one that is weaker than what is there is refused. Concurrent
 * writes stay readable until the next one.
 *
 * @param <T> class of the value
 */
public interface ConfidenceRegister<T> {
  /**
   * Writes the value, unless the register holds one of higher confidence.
   *
   * @param confidence from 0 to 1
   * @throws HearsayException {@link ErrorCode#OUTWEIGHED} if it does, which aborts the transaction
   *     unless its body catches it; {@link ErrorCode#LIMIT_EXCEEDED} if the confidence is out of
   *     range
   */
  void set(T value, double confidence);

  /** Empties the register as far as this node has seen it. */
  void clear();

  /** The value of the highest confidence. */
  Optional<T> get();

  /** All concurrent values with their confidence, author and time, the strongest first. */
  List<Claim<T>> claims();
}
