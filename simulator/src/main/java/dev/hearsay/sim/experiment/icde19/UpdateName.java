package dev.hearsay.sim.experiment.icde19;

import java.util.Comparator;

/**
 * The name of an update.
 *
 * @param node that made it
 * @param number counts the node's updates from 1
 */
record UpdateName(int node, int number) {
  /** A node's updates in their order. */
  static final Comparator<UpdateName> ORDER =
      Comparator.comparingInt(UpdateName::node).thenComparingInt(UpdateName::number);
}
