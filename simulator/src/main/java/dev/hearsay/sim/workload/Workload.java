package dev.hearsay.sim.workload;

import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import java.util.List;
import java.util.Set;

/**
 * What clients do in a run: the calls they make, and who judges them. One object serves many runs,
 * each with a {@link Run} of its own; stateless, and so thread-safe.
 *
 * <pre>{@code
 * final class Names implements Workload {
 *   public String name() { return "names"; }
 *   public String description() { return "every node adds its name to one set"; }
 *   public Run begin(WorkloadOptions options, History history) {
 *     return client -> client.space("memory").write(
 *         WriteOptions.local(),
 *         tx -> tx.orSet("names", String.class).add(client.node()),
 *         outcome -> {});
 *   }
 * }
 * }</pre>
 *
 * @since 0.1
 */
public interface Workload {
  /** Its name, in lower case with hyphens, as options spell it. */
  String name();

  /** What it does, in one line. */
  String description();

  /** Judges of this workload alone, one each a run; those that judge every run are not named. */
  default List<Checker> checkers() {
    return List.of();
  }

  /**
   * Spaces that live on some nodes only, and move to others when the fault {@code move} says so:
   * who may not hold such a space does not write to it. In the lab, and with {@code --topology},
   * they live everywhere.
   */
  default List<String> restricted() {
    return List.of();
  }

  /**
   * Which of {@link WorkloadOptions#SESSIONS} and {@link WorkloadOptions#PAUSE} it does not go by:
   * who sets one of them for this workload alone is told so.
   */
  default Set<String> ignored() {
    return Set.of();
  }

  /**
   * Prepares a run.
   *
   * @param history takes down what clients do
   */
  Run begin(WorkloadOptions options, History history);

  /** One run of a workload. */
  @FunctionalInterface
  interface Run {
    /** Begins the load at a node: once for every node, and for one that joins when it does. */
    void start(MeshClient client);

    /** Names of the spaces that it uses. All nodes hold them before the load begins. */
    default List<String> spaces() {
      return List.of("memory");
    }

    /** The mesh has healed, before it has settled: what could not be done in between is now. */
    default void healed(MeshClient client) {}

    /** Whether all clients have ended what they do: the mesh has not settled before. */
    default boolean isDone() {
      return true;
    }

    /** The mesh has settled: the final reads, at every node. */
    default void finish(MeshClient client) {}
  }
}
