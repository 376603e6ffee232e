package dev.hearsay.sim.workload;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * A place at one virtual node from which a workload acts. It outlives crashes of the node: what is
 * asked while the node is down has failed at once. For the thread of the run.
 */
public interface MeshClient {
  /** The name of the node. */
  String node();

  /** The names of all nodes of the mesh now, in the same order at every node. */
  List<String> nodes();

  /** The identities of all nodes of the mesh now, by their names; empty where nobody knows them. */
  default SortedMap<String, String> identities() {
    return Collections.emptySortedMap();
  }

  /** Whether the node runs. */
  boolean isUp();

  /** Whether the node has left the mesh, and will never run again. */
  default boolean hasLeft() {
    return false;
  }

  /**
   * Whether clients should go on with their load. False from the moment when the world begins to
   * wait for the mesh to settle.
   */
  boolean isOpen();

  /** The space, which every node holds. */
  SpaceClient space(String name);

  /** Virtual time since the beginning of the run. */
  long nanos();

  /** Runs the task so much later, whether the node runs then or not. */
  void after(Duration delay, Runnable task);

  /** This client's own source of chance, drawn from the run's seed. */
  RandomGenerator random();
}
