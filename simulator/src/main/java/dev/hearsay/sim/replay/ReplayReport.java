package dev.hearsay.sim.replay;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.hearsay.sim.sessions.Finding;
import java.util.List;
import java.util.SortedMap;

/**
 * What came of a replay. Its JSON form is the output of {@code demo --json} and {@code replay
 * --json}.
 *
 * @param nodes how many nodes took part
 * @param acknowledged messages that a node acknowledged as durable
 * @param lost acknowledged messages that are missing on some node
 * @param duplicated messages that some node holds more than once
 * @param converged whether all nodes ended with the same memory
 * @param cutMillis how long links were cut, over all cuts
 * @param healMillis from a heal until every node held everything acknowledged by then; the longest
 * @param restartMillis from the start of a killed node's new process to its first acknowledged
 *     write; the longest
 * @param changesPerSecond acknowledged changes over the time in which messages were written
 * @param durationMillis of everything, from the first process start to the verdict
 * @param stateDigest node → digest of everything it holds
 * @param findings everything that is wrong
 */
@JsonPropertyOrder({
  "nodes",
  "sessions",
  "messages",
  "acknowledged",
  "lost",
  "duplicated",
  "converged",
  "causalViolations",
  "cutMillis",
  "healMillis",
  "kills",
  "restartMillis",
  "changesPerSecond",
  "durationMillis",
  "stateDigest"
})
public record ReplayReport(
    int nodes,
    int sessions,
    int messages,
    int acknowledged,
    int lost,
    int duplicated,
    boolean converged,
    int causalViolations,
    long cutMillis,
    long healMillis,
    int kills,
    long restartMillis,
    long changesPerSecond,
    long durationMillis,
    SortedMap<String, String> stateDigest,
    @JsonIgnore List<Finding> findings,
    @JsonIgnore List<NodeView> views) {

  /** Whether all was as it should be. */
  @JsonIgnore
  public boolean passed() {
    return findings.isEmpty()
        && acknowledged == messages
        && lost == 0
        && duplicated == 0
        && converged
        && causalViolations == 0;
  }
}
