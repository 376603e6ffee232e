package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.sessions.Plant;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to play a recording.
 *
 * @param cuts how often a node is cut off from all others for a while
 * @param kills how often a node is killed with SIGKILL while it writes, and started again
 * @param seed of all choices: interleaving of sessions, who is cut off and killed, and when
 * @param messagesPerSecond outside of cuts; 0 for as fast as the nodes acknowledge
 * @param cutMillis how long a cut lasts; the messages that fall into it are spread over this time
 * @param cutMode null to let the seed choose for each cut
 * @param patienceMillis how long an agent waits for the message it replies to before it writes with
 *     what it has seen
 * @param settleMillis how long the nodes may take to agree in the end
 * @param keep where to leave the nodes' directories; null for temporary ones
 * @param plant a fault that one node commits on purpose
 */
public record ReplayOptions(
    int nodes,
    int cuts,
    int kills,
    long seed,
    int messagesPerSecond,
    int cutMillis,
    @Nullable CutMode cutMode,
    int patienceMillis,
    int settleMillis,
    @Nullable Path keep,
    @Nullable Plant plant) {

  /** More processes than this do not fit an ordinary machine. */
  public static final int NODES_MAX = 15;
}
