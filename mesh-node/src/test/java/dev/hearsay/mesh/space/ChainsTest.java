package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainsTest {
  private static final ReplicaId WRITER = new ReplicaId(5);
  private static final SpaceLimits TINY_TAIL = new SpaceLimits(3, 2_000, 8, 4_000, 1_000_000);

  private static SpaceCore core(SpaceLimits limits) {
    return new SpaceCore(new ReplicaId(1), limits);
  }

  @Test
  void anotherHashAndAnotherBoundaryContradictAndWhatIsNotKnownDoesNot() {
    Chains chains = new Chains();
    List<EncodedChange> changes = new Changes(WRITER.value()).adds("e", 10);
    changes.forEach(chains::add);
    assertFalse(chains.contradicts(WRITER, 4, changes.get(3).hash()));
    assertTrue(chains.contradicts(WRITER, 4, changes.get(3).hash() ^ 1));
    assertFalse(chains.contradicts(WRITER, 11, 7));
    assertFalse(chains.contradicts(new ReplicaId(6), 4, 7));
    Chains wide = new Chains();
    wide.add(
        new Changes(WRITER.value())
            .mint(
                draft -> {
                  Changes.adding("x").accept(draft);
                  Changes.adding("y").accept(draft);
                }));
    assertTrue(wide.contradicts(WRITER, 1, changes.get(0).hash()));
    Chains end = new Chains();
    end.add(WRITER, new ReplicaHead(9, VersionVector.EMPTY, 3));
    assertFalse(end.contradicts(WRITER, 4, 7));
    assertTrue(end.contradicts(WRITER, 9, 7));
  }

  @Test
  void whatIsRecentStaysExactAndTheWholeStaysBounded() {
    Chains chains = new Chains();
    Changes writer = new Changes(WRITER.value());
    List<EncodedChange> changes = new ArrayList<>();
    int count = 2 * Chains.LINKS_MAX;
    for (int i = 0; i < count; i++) {
      // All of one element: what the writer's own state holds does not grow.
      EncodedChange change = writer.add("x");
      changes.add(change);
      chains.add(change);
    }
    assertTrue(chains.beyond(WRITER, 0, Long.MAX_VALUE, count).size() <= Chains.LINKS_MAX);
    for (int i = count - Chains.LINKS_MAX / 4; i < count; i++) {
      assertNotNull(chains.at(WRITER, changes.get(i).last()));
    }
    long early =
        changes.stream().limit(count / 4).filter(c -> chains.at(WRITER, c.last()) != null).count();
    assertTrue(early > 1_000 && early < count / 4, early + " of the first quarter");
    chains.cut(WRITER, count - 1);
    assertNull(chains.at(WRITER, count));
    assertNotNull(chains.at(WRITER, count - 1));
  }

  /** The receiver has moved on since it named the base: its own chain there is what counts. */
  @Test
  void aStateOfAnotherBranchIsRefusedAlsoByAReceiverThatHasMovedOn() {
    Changes mine = new Changes(WRITER.value());
    Changes theirs = new Changes(WRITER.value());
    SpaceCore receiver = core(SpaceLimits.DEFAULT);
    SpaceCore sender = core(TINY_TAIL);
    receiver.receive(List.of(mine.add("shared"), mine.add("mine")));
    sender.receive(List.of(theirs.add("shared")));
    sender.receive(theirs.adds("theirs", 20));
    sender.nextEvent();
    sender.persisted();
    VersionVector asked = receiver.head().frontier();
    RepairAnswer.Difference answer = (RepairAnswer.Difference) sender.answer(asked, 1 << 20);
    assertEquals(1, answer.baseHashes().size());
    assertRefusedAsFork(receiver, answer);
    receiver.receive(List.of(mine.add("more")));
    assertRefusedAsFork(receiver, answer);
    assertEquals(List.of("mine", "more", "shared"), Changes.elements(receiver.head()));
  }

  private static void assertRefusedAsFork(SpaceCore receiver, RepairAnswer.Difference answer) {
    StagingReport refused = WholeTransfers.take(receiver, answer);
    assertEquals(StagingReport.State.REFUSED, refused.state());
    assertTrue(receiver.sawFork());
  }

  @Test
  void aChangeThatIsNotLaterThanWhatItDependsOnIsRefused() {
    Changes one = new Changes(WRITER.value());
    EncodedChange first = one.add("first");
    EncodedChange second = one.add("second");
    SpaceCore core = core(SpaceLimits.DEFAULT);
    core.receive(List.of(first));
    Reception own = core.receive(List.of(timed(second, first.change().time())));
    assertEquals(1, own.refused().size());
    assertTrue(own.refused().get(0).contains("is not later"), own.refused().get(0));
    assertFalse(own.forked());
    Changes other = new Changes(6);
    other.see(first);
    EncodedChange reply = other.add("reply");
    Reception depending = core.receive(List.of(timed(reply, HybridTime.ofMillis(0))));
    assertEquals(1, depending.refused().size());
    assertEquals(0, core.receive(List.of(second, reply)).refused().size());
    assertEquals(List.of("first", "reply", "second"), Changes.elements(core.head()));
  }

  private static EncodedChange timed(EncodedChange encoded, HybridTime time) {
    Change change = encoded.change();
    return ChangeFormat.encode(
        new Change(
            change.replica(),
            change.first(),
            change.advances(),
            time,
            change.author(),
            change.previousHash(),
            change.prefixes(),
            change.fields()));
  }
}
