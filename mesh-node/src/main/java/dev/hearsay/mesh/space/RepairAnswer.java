package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import java.util.List;

/** What a replica at some frontier needs from here. */
public sealed interface RepairAnswer {
  /** Changes one by one; {@code more} if there are more than were asked for. */
  record Changes(List<EncodedChange> changes, boolean more) implements RepairAnswer {
    public Changes {
      changes = List.copyOf(changes);
    }
  }

  /** Below the floor: the difference of states. */
  record Difference(StateDiff diff) implements RepairAnswer {}
}
