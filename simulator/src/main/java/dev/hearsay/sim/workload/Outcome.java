package dev.hearsay.sim.workload;

import dev.hearsay.mesh.HearsayException;

/**
 * How a call ended. Whatever is not known to have failed may have taken effect.
 *
 * @param <T> what the call returns
 */
public sealed interface Outcome<T> {
  /** It took effect. */
  record Ok<T>(T value) implements Outcome<T> {}

  /** It did not take effect and never will. */
  record Failed<T>(String error) implements Outcome<T> {}

  /** It may have taken effect, or may still. */
  record Unknown<T>(String error) implements Outcome<T> {}

  /** As the exception says. */
  static <T> Outcome<T> of(HearsayException error) {
    String what = error.code() + ": " + error.getMessage();
    return error.isDefinite() ? new Failed<>(what) : new Unknown<>(what);
  }
}
