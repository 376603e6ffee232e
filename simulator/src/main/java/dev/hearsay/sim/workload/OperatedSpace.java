package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Voters;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A space on one virtual node, with what watchers and operators ask of it, as {@link
 * dev.hearsay.mesh.Space} has it without waiting. The node runs.
 */
public interface OperatedSpace extends SpaceClient {
  /** Names that exist under more than one type. */
  List<String> conflicts();

  /** The voters, as the node durably knows them. */
  Voters voters();

  /** Changes the voters, by the identities of nodes. */
  void changeVoters(Set<String> nodes, Duration timeout, Consumer<Outcome<Boolean>> done);

  /** Changes the voters without those that are lost for good, though they are a majority. */
  void replaceLostVoters(
      Set<String> lost, Set<String> nodes, Duration timeout, Consumer<Outcome<Boolean>> done);

  /** Where the space may live, as the node durably knows it. */
  Placement placement();

  /** Moves the space, which must be one that does not live everywhere. */
  void place(Placement placement, Consumer<Outcome<Boolean>> done);

  /**
   * Tells the watcher of every change that is applied from now on, until the node's process ends.
   *
   * @return ends it
   */
  Runnable watch(Consumer<SpaceChange> watcher);
}
