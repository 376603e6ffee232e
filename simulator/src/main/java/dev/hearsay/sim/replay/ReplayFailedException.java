package dev.hearsay.sim.replay;

/** A replay could not be finished: a process died, or a node refused a write. */
public final class ReplayFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  ReplayFailedException(String message) {
    super(message);
  }

  ReplayFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
