package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Voters;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.mesh.wire.VoterView;
import java.util.Collections;

/** Where spaces live and who votes on them, as the catalogue here has it. Thread-safe. */
record Places(Catalogue catalogue, Voting voting) {
  Placement placement(String space) {
    return catalogue
        .placement(space)
        .map(VersionedPlacement::placement)
        .orElse(Placement.everywhere());
  }

  /** Moves the space, unless that takes it from one of its voters. */
  void place(String space, Placement placement) {
    voting.requireEligible(
        space, placement, voting.view(space).everybody(), ErrorCode.PLACEMENT_CONFLICT);
    catalogue.place(space, placement);
  }

  Voters voters(String space) {
    VoterView view = voting.view(space);
    return new Voters(
        view.version(),
        Collections.unmodifiableSortedSet(view.voters()),
        !view.pending().isEmpty());
  }
}
