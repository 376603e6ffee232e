package dev.hearsay.sim.lab;

/** A node process answered that a request failed. */
public final class RequestFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  RequestFailedException(String node, Reply.Failed failed) {
    super(node + ": " + failed.message() + " (" + failed.code() + ")");
    code = failed.code();
  }

  /** The name of an {@link dev.hearsay.mesh.ErrorCode}. */
  public String code() {
    return code;
  }
}
