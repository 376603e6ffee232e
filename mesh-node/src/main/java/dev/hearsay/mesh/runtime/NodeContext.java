package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceLimits;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the actors of a node share.
 *
 * @param clock of the node, over all spaces
 * @param incarnation drawn at this start; the replica under which every space mints at first
 * @param limits of every space
 * @param background for work that would keep an actor too long
 * @param gossip where to report to
 */
record NodeContext(
    HybridClock clock,
    ReplicaId incarnation,
    SpaceLimits limits,
    Executor background,
    Consumer<GossipInput> gossip) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An incarnation that nobody has minted under. */
  static ReplicaId drawIncarnation() {
    long drawn;
    do {
      drawn = RANDOM.nextLong();
    } while (drawn == 0);
    return new ReplicaId(drawn);
  }

  /** The same, for a space that is to be written under another name than the rest. */
  NodeContext withDrawnIncarnation() {
    return new NodeContext(clock, drawIncarnation(), limits, background, gossip);
  }

  static long wallMillis() {
    return System.currentTimeMillis();
  }

  /** For intervals; does not jump. */
  static long steadyMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
