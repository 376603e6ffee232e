package dev.hearsay.sim.lab;

/** A node process ended before it answered: what it was asked for may or may not have happened. */
public final class NodeGoneException extends Exception {

  private static final long serialVersionUID = 1L;

  NodeGoneException(String node) {
    super(node + " ended before it answered");
  }
}
