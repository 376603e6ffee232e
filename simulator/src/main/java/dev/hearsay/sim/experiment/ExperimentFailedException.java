package dev.hearsay.sim.experiment;

/** An experiment could not be carried out. */
public final class ExperimentFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  public ExperimentFailedException(String message) {
    super(message);
  }

  public ExperimentFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
