package dev.hearsay.sim.check;

/**
 * Something that must not be.
 *
 * @param checker the name of the one that found it
 * @param message what is wrong, with the node, the space and the change it is about
 * @param nanos the virtual time when it was found
 * @param node where; empty if it is about several
 */
public record Violation(String checker, String message, long nanos, String node) {
  @Override
  public String toString() {
    return String.format(
        "%s at %.6f s%s: %s", checker, nanos / 1e9, node.isEmpty() ? "" : " on " + node, message);
  }
}
