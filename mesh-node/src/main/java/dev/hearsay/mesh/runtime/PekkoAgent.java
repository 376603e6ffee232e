package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.Space;

/** An author on a node. */
record PekkoAgent(PekkoNode node, String name) implements Agent {
  @Override
  public Space space(String space) {
    return node.openSpace(space, name);
  }
}
