package dev.hearsay.sim.house.planted.persistence;

import dev.hearsay.sim.house.planted.mesh.PlantedNode;

/** A journal that knows what it stores. */
record KnowsTheMesh(PlantedNode node) {}
