package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a space stops, and what it notes before, with the journal in the hand of the test. */
class DepartureTest {
  private static final HostPort PEER = new HostPort("peer", 1);

  private final SpaceCell cell =
      new SpaceCell(
          "s", Runnable::run, ResidentsTest.unbounded(), self -> command -> {}, self -> {});
  private final SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
  private final Departure departure = new Departure(cell);
  private final List<SpaceJournal.Persist> journaled = new ArrayList<>();

  private void write() {
    core.mint(Changes.after(core), "author", Changes.adding("e" + core.enqueued()));
    departure.writing();
    core.nextEvent();
    core.persisted();
  }

  private boolean isDue(boolean busy) {
    return departure.isDue(core, busy, /* broken= */ false, journaled::add);
  }

  private void askToLeave() {
    var unused = cell.load();
    cell.publish(core.durable());
    assertTrue(cell.askToLeave());
    departure.ask();
  }

  @Test
  void itNotesWhereItStandsAndThenStops() {
    write();
    askToLeave();
    assertFalse(isDue(false), "first the note");
    SpaceEvent.Rested note = SpaceEvent.Rested.of(core.durable());
    assertEquals(List.of(note), journaled.get(0).event().parts());
    assertTrue(departure.isNoted(core));
    assertTrue(isDue(false));
    departure.gone();
    assertEquals(note, cell.rested());
    assertTrue(cell.isRestJournaled());
  }

  @Test
  void whatIsBehindTheNoteMakesItWorthless() {
    write();
    departure.close();
    assertFalse(isDue(false));
    core.mint(Changes.after(core), "author", Changes.adding("late"));
    departure.writing();
    assertTrue(departure.isNoted(core));
    assertFalse(isDue(false), "the late one is being written");
    core.nextEvent();
    core.persisted();
    assertFalse(isDue(false));
    assertEquals(2, journaled.size(), "a second note");
  }

  @Test
  void oneThatIsBusyStaysAndIsAskedAgainLater() {
    write();
    askToLeave();
    assertFalse(isDue(true));
    assertEquals(List.of(), journaled);
    assertTrue(cell.isHere());
    assertFalse(isDue(false), "it is not asked any more");
    askToLeave();
    assertFalse(isDue(false));
    assertEquals(1, journaled.size());
  }

  @Test
  void aNodeThatClosesDoesNotHideATransferBehindANote() {
    Changes sender = new Changes(2);
    sender.adds("x".repeat(20_000), 20);
    OutgoingState state = new OutgoingState(sender.state(), VersionVector.EMPTY);
    write();
    core.begin(
        new SpaceEvent.Begun(
            5,
            /* resumes= */ false,
            state.elements(),
            DiffFormat.decode(state.head()),
            new EncodedDiff(state.head())));
    core.nextEvent();
    core.persisted();
    departure.close();
    assertTrue(isDue(true));
    assertEquals(List.of(), journaled);
    departure.gone();
    assertFalse(cell.isRestJournaled());
  }

  @Test
  void aSpaceThatComesBackSaysHowItStands() {
    write();
    SpaceState less = core.durable();
    assertEquals(Departure.Return.NEWS, departure.recovered(less));
    write();
    cell.know(SpaceEvent.Rested.of(core.durable()), () -> {});
    assertEquals(Departure.Return.AS_IT_STOOD, departure.recovered(core.durable()));
    assertEquals(Departure.Return.LESS, departure.recovered(less));
    write();
    assertEquals(Departure.Return.NEWS, departure.recovered(core.durable()));
  }

  @Test
  void branchesThatAreComparedOrKeptApartKeepTheirGuardBusy() {
    write();
    ForkGuard guard = new ForkGuard(core, replica -> false);
    assertFalse(guard.isBusy());
    guard.isMet(PEER, 1, 1, may -> {}, new ArrayList<>());
    assertTrue(guard.isBusy(), "something waits");
    guard.release(PEER, /* take= */ false);
    assertFalse(guard.isBusy());
    guard.refused(PEER, "another branch");
    assertTrue(guard.isBusy(), "a peer is avoided");
    ForkTalk equal = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false);
    guard.heard(PEER, equal, Map.of(), () -> new ReplicaId(9));
    assertFalse(guard.isBusy());
  }
}
