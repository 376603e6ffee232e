package dev.hearsay.sim.sessions;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of a run.
 *
 * @param lost messages that were acknowledged and are missing on some node
 * @param duplicated messages that some node holds more than once
 * @param converged whether all nodes hold the same memory
 * @param causalViolations how often causal order was broken
 * @param stateDigest node → digest of all it holds, computed by the judge
 */
public record Verdict(
    int lost,
    int duplicated,
    boolean converged,
    int causalViolations,
    SortedMap<String, String> stateDigest,
    List<Finding> findings) {

  public Verdict {
    stateDigest = new TreeMap<>(stateDigest);
    findings = List.copyOf(findings);
  }

  /** Whether nothing at all was wrong. */
  public boolean passed() {
    return findings.isEmpty();
  }
}
