package dev.hearsay.mesh;

/**
 * How an operator ends a fork, on a node whose branch is to go; nothing is asked of the nodes whose
 * branch stays.
 *
 * @since 0.1.0
 */
public enum ForkChoice {
  /**
   * This node's branch goes, and what was written in it is written anew, by this node: on exactly
   * one of the nodes that hold the branch, or counts are counted twice.
   */
  WRITE_ANEW,
  /**
   * This node's branch goes for good. The space is empty here until peers have filled it again;
   * what only this node held of it is gone, but for recent changes that do not depend on the
   * branch.
   */
  GIVE_UP
}
