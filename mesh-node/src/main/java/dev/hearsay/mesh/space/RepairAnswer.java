package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import java.util.List;
import java.util.SortedMap;

/** What a replica at some frontier needs from here. */
public sealed interface RepairAnswer {
  /** Changes one by one; {@code more} if there are more than were asked for. */
  record Changes(List<EncodedChange> changes, boolean more) implements RepairAnswer {
    public Changes {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Below the floor: the difference of states, to be made elsewhere because it takes a while.
   *
   * @param state frozen
   * @param base what the receiver has of it
   * @param resumes whether the base is how far an earlier transfer came
   * @param baseHashes as {@link StateDiff#baseHashes}
   */
  record Difference(
      SpaceState state, VersionVector base, boolean resumes, SortedMap<ReplicaId, Long> baseHashes)
      implements RepairAnswer {
    /** The whole of it at once. */
    public StateDiff diff() {
      return state.diff(base).withBaseHashes(baseHashes);
    }
  }
}
