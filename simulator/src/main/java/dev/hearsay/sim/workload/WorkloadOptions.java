package dev.hearsay.sim.workload;

import java.time.Duration;
import java.util.List;

/**
 * What a workload is told of the run it is for.
 *
 * @param run the number of the run, from 0, for the history
 * @param nodes the names of the nodes there are at first, in order
 * @param sessionsPerNode how many sessions work at each node at the same time
 * @param pause between two calls of one session, on average
 */
public record WorkloadOptions(int run, List<String> nodes, int sessionsPerNode, Duration pause) {
  /** What {@code --set} and {@code --sweep} call the sessions at each node. */
  public static final String SESSIONS = "sessions";

  /** What they call the pause between two calls. */
  public static final String PAUSE = "pause";

  public WorkloadOptions {
    nodes = List.copyOf(nodes);
    if (run < 0 || nodes.isEmpty() || sessionsPerNode < 1) {
      throw new IllegalArgumentException(
          "run " + run + " of " + nodes.size() + " nodes with " + sessionsPerNode + " sessions");
    }
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("a pause of " + pause);
    }
  }

  /** Two sessions a node, a call of each every half second or so. */
  public static WorkloadOptions of(int run, List<String> nodes) {
    return new WorkloadOptions(run, nodes, 2, Duration.ofMillis(500));
  }
}
