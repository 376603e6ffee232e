package dev.hearsay.sim.house.planted.mesh;

import dev.hearsay.sim.house.planted.mesh.runtime.PlantedRuntime;
import dev.hearsay.sim.house.planted.sim.PlantedSimulator;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/** An API that imports Pekko, its runtime (a cycle) and the simulator. */
public final class PlantedNode {
  @Nullable ActorSystem system;
  @Nullable PlantedRuntime runtime;
  @Nullable PlantedSimulator simulator;
}
