package dev.hearsay.mesh.runtime.control;

/**
 * What changes in a node's row while it runs.
 *
 * @param clockOffsetMillis how far the node's clock is ahead of the median of its peers
 * @param loadPermille what share of its capacity the node uses, 0 to 1000
 */
public record NodeLoad(long clockOffsetMillis, int loadPermille) {
  static final int PERMILLE_MAX = 1_000;
  static final NodeLoad NONE = new NodeLoad(0, 0);

  /**
   * @throws IllegalArgumentException if the load is outside 0..1000
   */
  public NodeLoad {
    if (loadPermille < 0 || loadPermille > PERMILLE_MAX) {
      throw new IllegalArgumentException("load must be 0 to 1000 permille, not " + loadPermille);
    }
  }
}
