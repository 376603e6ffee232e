package dev.hearsay.sim.lab;

/** A node process answered that a request failed. */
public final class RequestFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  RequestFailedException(String node, Reply.Failed failed) {
    super(node + ": " + failed.message() + " (" + failed.code() + ")");
  }
}
