package dev.hearsay.mesh;

import java.util.List;
import java.util.SortedSet;

/**
 * A node of the mesh, embedded in this process. Thread-safe. Closing it stops what it started;
 * everything acknowledged is in its data directory.
 */
public interface MeshNode extends AutoCloseable {
  static MeshNodeBuilder builder() {
    return new MeshNodeBuilder();
  }

  String name();

  /** The node's durable identity, drawn with its data directory: what voters are named by. */
  String id();

  /** The announced {@code host:port}. */
  String address();

  /** An author of this node's writes. */
  Agent agent(String name);

  /** Names of all spaces this node knows of. */
  SortedSet<String> spaces();

  /** The peers this node knows of, by address. */
  List<PeerStatus> peers();

  /**
   * States on their way in, and what the limits on peers did.
   *
   * @since 0.1.0
   */
  MeshTraffic traffic();

  /** What has passed between this node and its peers since it started. */
  NodeMetrics metrics();

  /** Spaces that this node keeps from peers, because the two hold different histories. */
  List<Fork> forks();

  /**
   * Ends a fork that waits for an operator, on a node whose branch is to go. See docs/operations.md
   * for when to choose what. Returns when the space's new content is durable here; peers follow.
   *
   * @return what the space holds then
   * @throws HearsayException {@link ErrorCode#FORK_UNRESOLVED} if it cannot be done, or there is no
   *     fork; nothing has changed then
   */
  Frontier resolveFork(String space, ForkChoice choice);

  @Override
  void close();
}
