package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.MeshNodeFactory;
import dev.hearsay.mesh.NodeSettings;

/** Makes nodes on Pekko; found by {@code ServiceLoader}. */
public final class PekkoNodeFactory implements MeshNodeFactory {
  @Override
  public MeshNode start(NodeSettings settings) {
    return PekkoNode.start(settings);
  }
}
