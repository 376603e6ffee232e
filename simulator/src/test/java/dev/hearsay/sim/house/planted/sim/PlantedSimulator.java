package dev.hearsay.sim.house.planted.sim;

/** What nothing below may see. */
public record PlantedSimulator(int seed) {}
