package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;

/** Knows what quorums have acknowledged, and checks what quorums are then seen to have. */
final class VoterOracle {
  VoterFault fault = VoterFault.NONE;

  /** How many writes were acknowledged, and reads answered. */
  int writes;

  int reads;

  /** Whether nodes are of the version before and this one, by chance at each start. */
  boolean upgrades;

  private final Map<String, VersionVector> acknowledged = new HashMap<>();

  void acknowledged(String space, VersionVector change) {
    writes++;
    acknowledged.merge(space, change, VersionVector::join);
  }

  /** All that has been acknowledged until now. */
  VersionVector acknowledged(String space) {
    return acknowledged.getOrDefault(space, VersionVector.EMPTY);
  }

  /** What nobody has any more is given up, as far as it was acknowledged; returns how much. */
  long giveUp(String space, VersionVector left) {
    VersionVector before = acknowledged(space);
    acknowledged.put(space, before.meet(left));
    return before.missingFrom(left);
  }

  /** A read sees every write that was acknowledged before it began. */
  void checkRead(String who, VersionVector due, VersionVector seen) {
    reads++;
    if (!seen.covers(due)) {
      throw new MeshOracle.Violation(
          "a quorum read misses an acknowledged quorum write: "
              + who
              + " sees "
              + seen
              + ", acknowledged before was "
              + due);
    }
  }
}
