package dev.hearsay.mesh;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

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

  /**
   * The name of the mesh that this node is of.
   *
   * @since 0.1.0
   */
  String mesh();

  /** The announced {@code host:port}. */
  String address();

  /** An author of this node's writes. */
  Agent agent(String name);

  /** Names of all spaces this node knows of, without those that were deleted and are empty here. */
  SortedSet<String> spaces();

  /**
   * The peers this node knows of, by address; also nodes of other meshes that spoke to it within
   * the last minute, from which nothing is taken ({@link PeerStatus#mesh}).
   */
  List<PeerStatus> peers();

  /**
   * The nodes that this node knows of, itself first, then by address: who lacks how much, also
   * where that node is not in reach, and how their clocks stand.
   *
   * @since 0.1.0
   */
  List<NodeStatus> nodes();

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
   * @throws HearsayException {@link ErrorCode#FORK_UNRESOLVED} if it cannot be done, no peer with
   *     the other branch answers within 30 s, or there is no fork; nothing has changed then, and
   *     nothing will. {@link ErrorCode#WRITE_UNCONFIRMED} if the journal does not confirm it for as
   *     long again; it may be done then
   */
  Frontier resolveFork(String space, ForkChoice choice);

  /**
   * Returns when everything that is durable here at the time of the call is durable on so many
   * other nodes too, in reach and allowed to hold it, space by space. Writing goes on meanwhile;
   * what is written after the call is not waited for.
   *
   * @param copies other nodes, at least 1
   * @throws HearsayException {@link ErrorCode#DRAIN_TIMEOUT}, which names spaces and the nodes that
   *     lack something of them; {@link ErrorCode#NODE_CLOSED}
   * @since 0.1.0
   */
  default void drain(int copies, Duration timeout) {
    drain(copies, timeout, progress -> {});
  }

  /**
   * As {@link #drain(int, Duration)}.
   *
   * @param onProgress called on the caller's thread, first and whenever a space is done or no
   *     longer done
   * @since 0.1.0
   */
  void drain(int copies, Duration timeout, Consumer<DrainProgress> onProgress);

  @Override
  void close();
}
