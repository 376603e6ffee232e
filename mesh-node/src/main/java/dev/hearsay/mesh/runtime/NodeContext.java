package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the actors of a node share.
 *
 * @param clock of the node, over all spaces
 * @param incarnation drawn at this start; the replica under which every space mints at first
 * @param incarnations all that the data directory has had
 * @param contacts how often each peer has come into reach, as the gossip counts it
 * @param limits of every space
 * @param journalHeldBytesMax most bytes of a space's events that stay in its journal for peers,
 *     though snapshots stand for them
 * @param background for work that would keep an actor too long
 * @param gossip where to report to
 * @param notices what was said in the log so far
 */
record NodeContext(
    HybridClock clock,
    ReplicaId incarnation,
    Incarnations incarnations,
    Map<HostPort, Integer> contacts,
    SpaceLimits limits,
    long journalHeldBytesMax,
    Executor background,
    Consumer<GossipInput> gossip,
    Notices notices) {
  static long wallMillis() {
    return System.currentTimeMillis();
  }

  /** For intervals; does not jump. */
  static long steadyMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
