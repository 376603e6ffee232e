package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a space gives to others and takes from them as a whole. */
class SpaceRepairTest {
  private static final int UNBOUNDED = 1 << 20;

  private final SpaceCore core = core(1, SpaceLimits.DEFAULT);

  private static SpaceCore core(long replica, SpaceLimits limits) {
    return new SpaceCore(new ReplicaId(replica), limits);
  }

  private static SpaceLimits limits(int tailChanges, int heldChanges) {
    return new SpaceLimits(tailChanges, 1 << 20, heldChanges, 1 << 20, 1 << 20);
  }

  private static EncodedChange mint(SpaceCore core, String element) {
    return core.mint(Changes.after(core), "author", Changes.adding(element)).orElseThrow();
  }

  /** Writes what waits, one event after the other; gives the events. */
  private static List<SpaceEvent> journalAll(SpaceCore core) {
    List<SpaceEvent> events = new ArrayList<>();
    for (Optional<SpaceEvent> next = core.nextEvent(); next.isPresent(); next = core.nextEvent()) {
      events.add(next.get());
      core.persisted();
    }
    return events;
  }

  @Test
  void whatIsNotDurableIsNeverServed() {
    mint(core, "durable");
    journalAll(core);
    mint(core, "waiting");
    core.nextEvent();
    mint(core, "gathering");
    RepairAnswer.Changes answer =
        assertInstanceOf(RepairAnswer.Changes.class, core.answer(VersionVector.EMPTY, UNBOUNDED));
    assertEquals(1, answer.changes().size());
    assertFalse(answer.more());
    SpaceCore tiny = core(1, limits(1, 10));
    mint(tiny, "durable");
    journalAll(tiny);
    mint(tiny, "waiting");
    mint(tiny, "gathering");
    RepairAnswer.Difference difference =
        assertInstanceOf(
            RepairAnswer.Difference.class, tiny.answer(VersionVector.EMPTY, UNBOUNDED));
    assertEquals(tiny.durable().frontier(), difference.diff().frontier());
  }

  @Test
  void anAnswerComesInPiecesThatEndAtTheFrontier() {
    SpaceCore asker = core(9, SpaceLimits.DEFAULT);
    for (int i = 0; i < 50; i++) {
      mint(core, "element " + i);
    }
    journalAll(core);
    int answers = 0;
    boolean more = true;
    while (more) {
      RepairAnswer.Changes answer =
          (RepairAnswer.Changes) core.answer(asker.head().frontier(), 300);
      assertEquals(answer.changes().size(), asker.receive(answer.changes()).applied());
      more = answer.more();
      answers++;
    }
    assertTrue(answers > 10, answers + " answers");
    assertEquals(core.durable().digest(), asker.head().digest());
    assertEquals(
        new RepairAnswer.Changes(List.of(), false),
        core.answer(asker.head().frontier(), UNBOUNDED));
  }

  @Test
  void belowTheFloorTheAnswerIsADiffAndAboveItIsChanges() {
    SpaceCore server = core(1, limits(3, 10));
    List<EncodedChange> changes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      changes.add(mint(server, "e" + i));
    }
    journalAll(server);
    assertEquals(7, server.floor().counterAt(0));
    ReplicaId own = new ReplicaId(1);
    for (int known = 0; known <= 10; known++) {
      SpaceCore asker = core(9, SpaceLimits.DEFAULT);
      asker.receive(changes.subList(0, known));
      RepairAnswer answer = server.answer(asker.head().frontier(), UNBOUNDED);
      assertEquals(known >= 7, answer instanceof RepairAnswer.Changes, "at " + known);
      if (answer instanceof RepairAnswer.Difference difference) {
        assertEquals(known, difference.diff().base().counter(own));
        WholeTransfers.take(asker, difference);
      } else if (answer instanceof RepairAnswer.Changes missing) {
        asker.receive(missing.changes());
      }
      assertEquals(server.durable().digest(), asker.head().digest());
    }
  }

  @Test
  void aDiffForOneWhoKnowsMoreIsMadeFromWhatBothKnow() {
    SpaceCore server = core(1, limits(1, 10));
    for (int i = 0; i < 5; i++) {
      mint(server, "e" + i);
    }
    journalAll(server);
    SpaceCore asker = core(9, SpaceLimits.DEFAULT);
    mint(asker, "own");
    RepairAnswer.Difference answer =
        assertInstanceOf(
            RepairAnswer.Difference.class, server.answer(asker.head().frontier(), UNBOUNDED));
    WholeTransfers.take(asker, answer);
    assertEquals(List.of("e0", "e1", "e2", "e3", "e4", "own"), Changes.elements(asker.head()));
  }

  @Test
  void aSnapshotIsTheFloorOfARestoredSpace() {
    Changes peer = new Changes(2);
    peer.adds("x", 5);
    core.restore(peer.state());
    assertEquals(peer.state().frontier(), core.floor());
    assertEquals(peer.state().digest(), core.durable().digest());
    assertEquals(peer.state().digest(), core.head().digest());
    EncodedChange next = peer.add("y");
    core.replay(applied(List.of(next)));
    assertEquals(peer.state().digest(), core.durable().digest());
    assertInstanceOf(RepairAnswer.Difference.class, core.answer(VersionVector.EMPTY, UNBOUNDED));
    RepairAnswer.Changes above = (RepairAnswer.Changes) core.answer(core.floor(), UNBOUNDED);
    assertEquals(List.of(next.last()), above.changes().stream().map(c -> c.last()).toList());
  }

  @Test
  void aDiffIsJoinedWhileOwnChangesAreOnTheirWayToTheJournal() {
    Changes peer = new Changes(2);
    peer.adds("peer ", 3);
    mint(core, "own 1");
    core.nextEvent();
    mint(core, "own 2");
    WholeTransfers.take(core, peer.state(), VersionVector.EMPTY);
    mint(core, "own 3");
    List<String> all = List.of("own 1", "own 2", "own 3", "peer 0", "peer 1", "peer 2");
    assertEquals(all, Changes.elements(core.head()));
    assertEquals(List.of(), Changes.elements(core.durable()));
    core.persisted();
    assertEquals(List.of("own 1"), Changes.elements(core.durable()));
    SpaceEvent second = core.nextEvent().orElseThrow();
    assertEquals(5, second.parts().size());
    assertInstanceOf(SpaceEvent.Begun.class, second.parts().get(1));
    assertInstanceOf(SpaceEvent.Staged.class, second.parts().get(2));
    assertInstanceOf(SpaceEvent.Committed.class, second.parts().get(3));
    core.persisted();
    assertEquals(all, Changes.elements(core.durable()));
    assertTrue(core.floor().covers(peer.state().frontier()));
  }

  @Test
  void aDiffReleasesWhatWaitedForIt() {
    Changes peer = new Changes(2);
    peer.adds("x", 3);
    SpaceState state = peer.state();
    EncodedChange next = peer.add("y");
    assertEquals(1, core.receive(List.of(next)).held());
    WholeTransfers.take(core, state, VersionVector.EMPTY);
    assertEquals(peer.state().digest(), core.head().digest());
    assertEquals(0, core.heldBack());
  }

  @Test
  void aDiffFromABaseThatIsNotHereIsRefusedAndChangesNothing() {
    Changes peer = new Changes(2);
    peer.adds("x", 3);
    StagingReport refused = WholeTransfers.take(core, peer.state(), peer.state().frontier());
    assertEquals(StagingReport.State.REFUSED, refused.state());
    assertFalse(core.sawFork());
    assertEquals(SpaceState.EMPTY.digest(), core.head().digest());
    assertEquals(Optional.empty(), core.nextEvent());
  }

  private static SpaceEvent applied(List<EncodedChange> changes) {
    return new SpaceEvent(
        changes.stream().map(c -> (SpaceEvent.Part) new SpaceEvent.Applied(c)).toList());
  }

  @Test
  void aHeldBackChangeThatAJoinShowsToBeForkedIsReported() {
    Changes known = new Changes(1);
    known.add("known");
    Changes fork = new Changes(1);
    fork.add("another first");
    SpaceCore core = new SpaceCore(new ReplicaId(99), SpaceLimits.DEFAULT);
    HostPort peer = new HostPort("peer", 1);
    assertEquals(1, core.receive(List.of(fork.add("second")), peer).held());
    assertEquals(List.of(), core.takeRefusals());
    StagingReport joined = WholeTransfers.take(core, known.state(), VersionVector.EMPTY);
    assertEquals(StagingReport.State.COMMITTED, joined.state());
    Refusal refusal = core.takeRefusals().get(0);
    assertEquals(peer, refusal.from(), "who brought it, not who brought the state");
    assertTrue(refusal.forked());
    assertTrue(refusal.why().contains("does not continue"), refusal.toString());
    assertEquals(List.of(), core.takeRefusals(), "once");
    assertEquals(known.state().digest(), core.head().digest());
  }

  @Test
  void aHeldBackChangeThatAnotherPeersShowsToBeForkedIsReportedUnderWhoBroughtIt() {
    Changes known = new Changes(1);
    Changes fork = new Changes(1);
    fork.add("another first");
    HostPort peer = new HostPort("peer", 1);
    HostPort other = new HostPort("other", 1);
    SpaceCore core = new SpaceCore(new ReplicaId(99), SpaceLimits.DEFAULT);
    core.receive(List.of(fork.add("second")), peer);
    Reception reception = core.receive(List.of(known.add("first")), other);
    assertEquals(1, reception.applied());
    assertEquals(List.of(peer), reception.refusals().stream().map(Refusal::from).toList());
    assertEquals(List.of(), core.takeRefusals(), "it is in the reception");
  }
}
