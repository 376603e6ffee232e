package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.Space;
import java.util.Set;

/** An author on a node. */
record PekkoAgent(PekkoNode node, String name) implements Agent {
  @Override
  public Space space(String space) {
    return node.openSpace(space, name, Set.of());
  }

  @Override
  public Space space(String space, Set<String> voters) {
    return node.openSpace(space, name, Voting.checked(voters));
  }
}
