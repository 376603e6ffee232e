package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;

/** An author on a node. */
record PekkoAgent(PekkoNode node, String name) implements Agent {
  @Override
  public Space space(String space) {
    return space(space, SpaceOptions.defaults());
  }

  @Override
  public Space space(String space, SpaceOptions options) {
    return node.openSpace(space, name, options);
  }

  @Override
  public void deleteSpace(String space) {
    node.deleteSpace(space, name);
  }
}
