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

  @Override
  void close();
}
