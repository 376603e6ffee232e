package dev.hearsay.mesh.gossip;

import java.util.regex.Pattern;

/** What a node of a {@link VirtualMesh} does wrong with states on their way in. */
enum TransferFault {
  NONE(""),
  /** Tells others of the state's frontier while its pieces are still coming. */
  ADVERTISES_BEFORE_THE_COMMIT("sends what is not durable|DIVERGED"),
  /** Takes what is staged for the state when it starts again. */
  JOINS_WITHOUT_THE_COMMIT("another content|without all of|inside a change|lacks acknowledged"),
  /** Takes a piece for the next although the one before it never came. */
  LOSES_A_PIECE("another content|not converged|without all of");

  private final Pattern finding;

  TransferFault(String finding) {
    this.finding = Pattern.compile(finding);
  }

  /** Whether that is what a check should say of it. */
  boolean isFoundBy(MeshOracle.Violation violation) {
    return finding.matcher(String.valueOf(violation.getMessage())).find();
  }
}
