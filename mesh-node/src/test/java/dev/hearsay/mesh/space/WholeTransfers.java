package dev.hearsay.mesh.space;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;

/** States that come to a space in one go, staged as any other. */
public final class WholeTransfers {
  private static long transfers;

  private WholeTransfers() {}

  /** What one at that base lacks of the state; ends as soon as it is not taken any further. */
  public static StagingReport take(SpaceCore core, SpaceState state, VersionVector base) {
    return take(core, new OutgoingState(state, base));
  }

  /** The same of an answer. */
  public static StagingReport take(SpaceCore core, RepairAnswer.Difference answer) {
    return take(core, new OutgoingState(answer.state(), answer.base(), answer.baseHashes()));
  }

  private static StagingReport take(SpaceCore core, OutgoingState state) {
    long transfer = ++transfers;
    StagingReport report =
        core.begin(
            new SpaceEvent.Begun(
                transfer,
                /* resumes= */ false,
                state.elements(),
                DiffFormat.decode(state.head()),
                new EncodedDiff(state.head())));
    for (OutgoingState.EncodedPiece piece : state.read(0, Long.MAX_VALUE)) {
      if (report.state() != StagingReport.State.GOES_ON) {
        return report;
      }
      report =
          core.stage(
              new SpaceEvent.Staged(
                  transfer, DiffFormat.decode(piece.bytes()), new EncodedDiff(piece.bytes())),
              piece.from());
    }
    return report;
  }
}
