package dev.hearsay.sim.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.check.Observer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process shows is compared with what the changes that were written make. */
class ShownStatesTest {
  private static final String SPACE = "memory";

  private final ShownStates shown = new ShownStates();
  private final List<String> told = new ArrayList<>();
  private SpaceState state = SpaceState.EMPTY;

  /** A change of that replica after all before, in which a set gets that element. */
  private EncodedChange change(long replica, String element) {
    SpaceCore core = new SpaceCore(new ReplicaId(replica), SpaceLimits.DEFAULT);
    core.restore(state);
    return core.mint(
            state.latest().next(),
            "x",
            draft -> new DraftTransaction(draft).orSet("set", String.class).add(element))
        .orElseThrow();
  }

  private void write(long replica, String element) {
    EncodedChange change = change(replica, element);
    shown.minted(1, "n0", SPACE, change, state.frontier());
    state = state.apply(change);
  }

  private void shows(VersionVector frontier, Digest digest) {
    Observer other =
        new Observer() {
          @Override
          public void shown(long nanos, String node, String space, SpaceState state) {
            told.add(node + " is at " + state.frontier());
          }
        };
    shown.shows(2, "n1", SPACE, frontier, digest.toString(), List.of(shown, other));
  }

  private void assertFound(String message) {
    assertTrue(shown.violations().toString().contains(message), () -> "" + shown.violations());
    assertEquals(List.of(), told);
  }

  @Test
  void whatTheChangesMakePassesAndOthersAreTold() {
    write(1, "before");
    shown.begins("n1", List.of(SPACE));
    SpaceState first = state;
    write(2, "after");
    shows(SpaceState.EMPTY.frontier(), SpaceState.EMPTY.digest());
    shows(first.frontier(), first.digest());
    shows(state.frontier(), state.digest());
    assertEquals(List.of(), shown.violations());
    assertEquals(3, shown.checks());
    assertEquals(
        List.of(
            "n1 is at " + SpaceState.EMPTY.frontier(),
            "n1 is at " + first.frontier(),
            "n1 is at " + state.frontier()),
        told);
  }

  @Test
  void anotherContentAtThatFrontierIsFound() {
    write(1, "x");
    shown.begins("n1", List.of(SPACE));
    SpaceState other = SpaceState.EMPTY;
    EncodedChange lie = otherChange();
    shows(state.frontier(), other.apply(lie).digest());
    assertFound("holds another content of 'memory' than its changes make");
  }

  /** Of the same name as the first one. */
  private EncodedChange otherChange() {
    SpaceState kept = state;
    state = SpaceState.EMPTY;
    EncodedChange other = change(1, "y");
    state = kept;
    return other;
  }

  @Test
  void aFrontierWithWhatNobodyHasWrittenIsFound() {
    write(1, "x");
    shown.begins("n1", List.of(SPACE));
    shows(state.frontier().with(new ReplicaId(9), 1), state.digest());
    assertFound("the changes there are lead to " + state.frontier());
  }

  @Test
  void aStateWithoutWhatItsChangesDependOnIsFound() {
    write(1, "x");
    write(2, "y");
    shown.begins("n1", List.of(SPACE));
    shows(VersionVector.EMPTY.with(new ReplicaId(2), 1), state.digest());
    assertFound("the changes there are lead to " + VersionVector.EMPTY);
  }

  @Test
  void aProcessThatGoesBackIsFoundUnlessItHasBegunAnew() {
    write(1, "x");
    SpaceState first = state;
    write(1, "y");
    shown.begins("n1", List.of(SPACE));
    shows(state.frontier(), state.digest());
    shown.begins("n1", List.of(SPACE));
    shows(first.frontier(), first.digest());
    assertEquals(List.of(), shown.violations());
    shows(SpaceState.EMPTY.frontier(), SpaceState.EMPTY.digest());
    assertTrue(shown.hasViolations());
  }
}
