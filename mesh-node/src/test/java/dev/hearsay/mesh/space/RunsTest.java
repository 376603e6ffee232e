package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunsTest {
  private final List<EncodedChange> some = new Changes(1).adds("x", 6);
  private final List<EncodedChange> others = new Changes(2).adds("y", 6);

  /** Runs of three, two and one change. */
  private List<EncodedChange> mixed() {
    List<EncodedChange> mixed = new ArrayList<>(some.subList(0, 3));
    mixed.addAll(others.subList(0, 2));
    mixed.add(some.get(3));
    mixed.addAll(others.subList(2, 6));
    mixed.addAll(some.subList(4, 6));
    return mixed;
  }

  @Test
  void whatIsCoveredIsWhatTheFrontierCovers() {
    VersionVector frontier = VersionVector.of(Map.of(new ReplicaId(1), 2L, new ReplicaId(2), 4L));
    Runs runs = new Runs(frontier);
    for (EncodedChange change : mixed()) {
      assertEquals(
          frontier.covers(change.change().replica(), change.last()),
          runs.covers(change),
          change::toString);
    }
  }

  @Test
  void theFrontierAfterwardsHasTheLastOfEach() {
    VersionVector before = VersionVector.EMPTY.with(new ReplicaId(3), 7);
    assertEquals(before, Runs.after(before, List.of()));
    assertEquals(
        VersionVector.of(Map.of(new ReplicaId(1), 6L, new ReplicaId(2), 6L, new ReplicaId(3), 7L)),
        Runs.after(before, mixed()));
    assertEquals(
        VersionVector.of(Map.of(new ReplicaId(1), 3L, new ReplicaId(2), 1L)),
        Runs.after(VersionVector.EMPTY, mixed().subList(0, 4)));
  }
}
