package dev.hearsay.mesh;

/** The seam between the API and the runtime that implements it; found by {@code ServiceLoader}. */
public interface MeshNodeFactory {
  MeshNode start(NodeSettings settings);
}
