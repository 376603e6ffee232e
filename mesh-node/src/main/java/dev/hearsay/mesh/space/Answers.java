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
      SpaceState durable, ChangeTail tail, VersionVector frontier, int bytesMax) {
    if (!frontier.covers(tail.floor())) {
      return new RepairAnswer.Difference(
          durable, meet(frontier, durable.frontier()), /* resumes= */ false);
    }
    List<EncodedChange> missing = new ArrayList<>();
    for (EncodedChange change : tail.after(frontier, bytesMax)) {
      if (!durable.frontier().covers(change.change().replica(), change.last())) {
        break;
      }
      missing.add(change);
    }
    VersionVector reached = frontier;
    for (EncodedChange change : missing) {
      reached = reached.with(change.change().replica(), change.last());
    }
    return new RepairAnswer.Changes(
        missing, !missing.isEmpty() && !reached.covers(durable.frontier()));
  }

  /** What both have: a base must be a frontier of the sender's too, or its atoms mean nothing. */
  public static VersionVector meet(VersionVector theirs, VersionVector ours) {
    VersionVector meet = VersionVector.EMPTY;
    for (int i = 0; i < theirs.size(); i++) {
      long counter = Math.min(theirs.counterAt(i), ours.counter(theirs.replicaAt(i)));
      if (counter > 0) {
        meet = meet.with(theirs.replicaAt(i), counter);
      }
    }
    return meet;
  }
}
