package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.space.StateSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a watch begins, with every step of a publication in the hand of the test. */
class SpaceCellTest {
  private static final SpaceChange CHANGE =
      new SpaceChange(
          "s",
          "author",
          Instant.EPOCH,
          true,
          List.of("n"),
          List.of(),
          new StateSnapshot(SpaceState.EMPTY));

  private final List<SpaceCommand> told = new ArrayList<>();
  private final SpaceCell cell =
      new SpaceCell("s", Runnable::run, ResidentsTest.unbounded(), self -> told::add, self -> {});
  private final List<SpaceChange> seen = new ArrayList<>();

  @Test
  void aWatchIsToldOfWhatIsPublishedAfterIt() {
    cell.watch(seen::add);
    cell.publish(SpaceState.EMPTY).tell(CHANGE);
    assertEquals(List.of(CHANGE), seen);
  }

  @Test
  void aWatchFromWithinAPublicationIsNotToldOfIt() {
    // Whoever waited for the state has it in hand when the watchers are not yet told.
    Watchers.Audience audience = cell.publish(SpaceState.EMPTY);
    assertEquals(SpaceState.EMPTY, cell.root().await(VersionVector.EMPTY).join());
    cell.watch(seen::add);
    audience.tell(CHANGE);
    assertEquals(List.of(), seen);
    cell.publish(SpaceState.EMPTY).tell(CHANGE);
    assertEquals(List.of(CHANGE), seen);
  }
}
