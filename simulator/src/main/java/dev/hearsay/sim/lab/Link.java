package dev.hearsay.sim.lab;

/** One direction between two nodes, by their numbers from 0. */
public record Link(int from, int to) {

  /** Stands for whoever is not a node of the lab. */
  static final int OUTSIDE = -1;
}
