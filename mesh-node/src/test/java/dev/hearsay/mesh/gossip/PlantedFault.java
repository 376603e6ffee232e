package dev.hearsay.mesh.gossip;

import java.util.regex.Pattern;

/** What a node of a {@link VirtualMesh} does wrong, so that the checks can be seen to find it. */
enum PlantedFault {
  NONE(""),
  /** Shows readers what still waits for its dependencies. */
  SHOWS_WHAT_IS_HELD_BACK("without all of|inside a change"),
  /** Acknowledges a write when it is minted. */
  ACKNOWLEDGES_BEFORE_THE_JOURNAL("lacks acknowledged"),
  /** Tells the journal's success and writes nothing. */
  JOURNALS_NOTHING("lacks acknowledged|hole in the journal|older state"),
  /** Sends what the journal does not hold yet. */
  SERVES_WHAT_IS_NOT_DURABLE("sends what is not durable"),
  /** Answers one by one where the changes are no longer held one by one. */
  SERVES_BELOW_THE_FLOOR("not converged"),
  /** Loses every fragment but the first of a large message. */
  DROPS_FRAGMENTS("not converged"),
  /** Drops a change now and then as if it had been there. */
  FORGETS_RECEIVED_CHANGES("sends what is not durable|not converged"),
  /** Does not wait for nodes that it does not hear at this moment. */
  CALLS_STABLE_WHAT_THE_SILENT_LACK("calls stable what"),
  /** Lets go of changes that others lack: not a fault, for nothing may depend on it. */
  TRIMS_WHAT_IT_LIKES("^$"),
  /** Keeps asking although nothing is missing. */
  NEVER_STOPS_TALKING("does not fall silent");

  private final Pattern finding;

  PlantedFault(String finding) {
    this.finding = Pattern.compile(finding);
  }

  /** Whether that is what a check should say of it. */
  boolean isFoundBy(MeshOracle.Violation violation) {
    return finding.matcher(String.valueOf(violation.getMessage())).find();
  }
}
