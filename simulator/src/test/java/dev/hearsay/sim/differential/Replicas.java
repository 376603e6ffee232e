package dev.hearsay.sim.differential;

/** Replicas of one field, in one implementation. */
interface Replicas {
  void write(Written transaction);

  /** The node receives a transaction of another; those in its past came before. */
  void receive(int node, Written transaction);

  void merge(int to, int from, boolean diff);

  /** What a reader sees, in plain Java. */
  Object read(int node);
}
