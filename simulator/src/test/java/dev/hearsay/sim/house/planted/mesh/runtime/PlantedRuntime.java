package dev.hearsay.sim.house.planted.mesh.runtime;

import dev.hearsay.sim.house.planted.mesh.PlantedNode;
import org.jspecify.annotations.Nullable;

/** Half of a cycle. */
public final class PlantedRuntime {
  @Nullable PlantedNode node;
}
