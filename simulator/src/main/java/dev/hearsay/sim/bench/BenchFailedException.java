package dev.hearsay.sim.bench;

/** A benchmark could not be carried out, or its result was wrong. */
public final class BenchFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  public BenchFailedException(String message) {
    super(message);
  }

  public BenchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
