package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayList;
import java.util.List;

/** What others lack: changes from the tail, or where that does not reach, the state. */
public final class Answers {
  private Answers() {}

  /**
   * What a replica at that frontier lacks of the durable state.
   *
   * @param bytesMax of changes in one answer; at least one change is given
   */
  static RepairAnswer of(
      SpaceState durable, Branches branches, VersionVector frontier, int bytesMax) {
    ChangeTail tail = branches.tail();
    if (!frontier.covers(tail.floor())) {
      VersionVector base = meet(frontier, durable.frontier());
      return new RepairAnswer.Difference(
          durable, base, /* resumes= */ false, branches.chains().hashesAtBase(durable, base));
    }
    List<EncodedChange> missing = new ArrayList<>();
    Runs written = new Runs(durable.frontier());
    for (EncodedChange change : tail.after(frontier, bytesMax)) {
      if (!written.covers(change)) {
        break;
      }
      missing.add(change);
    }
    boolean more = !missing.isEmpty() && !Runs.after(frontier, missing).covers(durable.frontier());
    return new RepairAnswer.Changes(missing, more);
  }

  /** As {@link SpaceCore#answer(VersionVector, StagingReport.Mark, int)}. */
  static RepairAnswer of(
      SpaceState durable,
      Branches branches,
      VersionVector frontier,
      StagingReport.Mark mark,
      int bytesMax) {
    RepairAnswer answer = of(durable, branches, frontier, bytesMax);
    if (answer instanceof RepairAnswer.Changes || !durable.frontier().covers(mark.snapshot())) {
      return answer;
    }
    VersionVector base = mark.position();
    return new RepairAnswer.Difference(
        durable, base, /* resumes= */ true, branches.chains().hashesAtBase(durable, base));
  }

  /** What both have: a base must be a frontier of the sender's too, or its atoms mean nothing. */
  public static VersionVector meet(VersionVector theirs, VersionVector ours) {
    return theirs.meet(ours);
  }
}
