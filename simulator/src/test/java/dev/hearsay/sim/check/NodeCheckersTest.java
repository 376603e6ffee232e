package dev.hearsay.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.workload.HandMesh;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Judges of what nodes show: each passes what is right and finds what is wrong. */
class NodeCheckersTest {
  private static final String SPACE = HandMesh.SPACE;

  private static void add(HandMesh mesh, int node, String element) {
    mesh.session("s" + node, node).write(SPACE, tx -> tx.orSet("set", String.class).add(element));
  }

  private static void remove(HandMesh mesh, int node, String element) {
    mesh.session("s" + node, node)
        .write(SPACE, tx -> tx.orSet("set", String.class).remove(element));
  }

  private static void assertFound(HandMesh mesh, String message) {
    assertTrue(mesh.found().contains(message), mesh::found);
  }

  static List<Checker> all() {
    return Checkers.all(Checkers.Bounds.of(3));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aHistoryInWhichAllIsRightPasses(Checker checker) {
    HandMesh mesh = new HandMesh(checker, 3);
    for (int round = 0; round < 5; round++) {
      for (int node = 0; node < 3; node++) {
        add(mesh, node, "x" + node + round);
        add(mesh, node, "hot");
        if (round > 0) {
          remove(mesh, node, "x" + (node + 1) % 3 + (round - 1));
          remove(mesh, node, "hot");
        }
        String entry = "e" + node + round;
        mesh.session("s" + node, node)
            .write(
                SPACE,
                tx -> {
                  tx.pnCounter("count").increment(3);
                  tx.lwwRegister("latest", String.class).set("v");
                  tx.appendLog("log", String.class).append(entry);
                });
        mesh.session("s" + node, node)
            .read(
                SPACE,
                fields -> {
                  fields.orSet("set", String.class).values();
                  fields.pnCounter("count").value();
                  fields.lwwRegister("latest", String.class).siblings();
                  fields.appendLog("log", String.class).entries();
                });
      }
      if (round % 2 == 0) {
        mesh.spread();
      }
    }
    mesh.spread().end();
    assertEquals(List.of(), checker.violations());
    assertFalse(checker.description().isEmpty());
  }

  @Test
  void contentThatDiffersAtOneFrontierIsFound() {
    HandMesh mesh = new HandMesh(new Convergence(), 2);
    add(mesh, 0, "x");
    SpaceState before = mesh.node(0).state();
    remove(mesh, 0, "x");
    // b forgets the drop: it has the frontier of a, and the content from before.
    mesh.node(1).showsAs(state -> withFrontierOf(state, before));
    mesh.spread();
    assertFound(mesh, "another content of 'memory' at");
  }

  /** At the frontier of one, with what another holds. */
  private static SpaceState withFrontierOf(SpaceState at, SpaceState content) {
    return at.frontier().equals(content.frontier())
        ? at
        : content.apply(change(new ReplicaId(1), at.frontier().counter(new ReplicaId(1)), content));
  }

  /** Another change in the place of the last one: it adds something else. */
  private static EncodedChange change(ReplicaId replica, long last, SpaceState before) {
    SpaceCore core = new SpaceCore(replica, SpaceLimits.DEFAULT);
    core.restore(before);
    EncodedChange made =
        core.mint(
                before.latest().next(),
                "x",
                draft -> new DraftTransaction(draft).orSet("set", String.class).add("other"))
            .orElseThrow();
    assertEquals(last, made.last());
    return made;
  }

  @Test
  void nodesThatEndApartAreFound() {
    HandMesh mesh = new HandMesh(new EqualBytes(), 2);
    add(mesh, 0, "x");
    mesh.end();
    assertFound(mesh, "holds another 'memory' than a in the end: it is at");
  }

  @Test
  void contentThatChangesDoNotMakeIsFoundThoughAllAgree() {
    HandMesh mesh = new HandMesh(new Convergence(), 2);
    add(mesh, 0, "x");
    mesh.spread();
    mesh.checker().holds(mesh.nanos(), "a", SPACE, other());
    mesh.checker().holds(mesh.nanos(), "b", SPACE, other());
    assertFound(mesh, "another content of 'memory' than its changes make");
  }

  /** At the frontier after one change, with other content. */
  private static SpaceState other() {
    return SpaceState.EMPTY.apply(change(new ReplicaId(1), 1, SpaceState.EMPTY));
  }

  @Test
  void aSpaceThatCannotBeShownIsFound() {
    HandMesh mesh = new HandMesh(new EqualBytes(), 1);
    mesh.checker().holds(1, "a", SPACE, null);
    assertFound(mesh, "cannot show");
  }

  @Test
  void anAcknowledgedChangeThatIsGoneAfterARestartIsFoundAtOnce() {
    HandMesh mesh = new HandMesh(new AcknowledgedChanges(), 2);
    add(mesh, 0, "x");
    SpaceState onDisk = mesh.node(0).state();
    add(mesh, 0, "y");
    mesh.node(0).restart(onDisk, new ReplicaId(100));
    assertFound(mesh, "lacks the acknowledged change 0000000000000001:2");
  }

  /** Of a process it is told beside the acknowledgement, and later. */
  @Test
  void whatWasShownBeforeAnAcknowledgementMayBeToldAfterIt() {
    HandMesh mesh = new HandMesh(new AcknowledgedChanges(), 2);
    add(mesh, 0, "x");
    SpaceState before = mesh.node(0).state();
    mesh.node(0).restart(before, new ReplicaId(100));
    add(mesh, 0, "y");
    mesh.checker().shown(mesh.nanos(), "a", SPACE, before);
    assertEquals(List.of(), mesh.checker().violations());
    mesh.checker().restarted(mesh.nanos(), "a");
    mesh.checker().shown(mesh.nanos(), "a", SPACE, before);
    assertFound(mesh, "lacks the acknowledged change 0000000000000064:1");
  }

  @Test
  void anAcknowledgedChangeThatIsGoneInTheEndIsFound() {
    HandMesh mesh = new HandMesh(new AcknowledgedChanges(), 2);
    add(mesh, 0, "x");
    mesh.end();
    assertFound(mesh, "on b: lacks the acknowledged change");
  }

  @Test
  void whatNoDiskHoldsAnyMoreIsNotAskedForAndWhatSomeDiskHoldsIs() {
    HandMesh mesh = new HandMesh(new AcknowledgedChanges(), 2);
    add(mesh, 0, "x");
    mesh.spread();
    SpaceState shared = mesh.node(1).state();
    add(mesh, 0, "y");
    mesh.checker().diskDamaged(mesh.nanos(), "a");
    mesh.node(0).restart(SpaceState.EMPTY, new ReplicaId(100));
    mesh.checker().holds(mesh.nanos(), "b", SPACE, shared);
    assertEquals(List.of(), mesh.checker().violations());
    mesh.checker().holds(mesh.nanos(), "a", SPACE, SpaceState.EMPTY);
    assertFound(mesh, "on a: lacks the acknowledged change 0000000000000001:1");
  }

  @Test
  void aNodeThatLeavesWithWhatNobodyElseEverHadIsFound() {
    HandMesh mesh = new HandMesh(new AcknowledgedChanges(), 2);
    add(mesh, 0, "x");
    mesh.spread();
    mesh.checker().drained(mesh.nanos(), "a", SPACE, mesh.node(0).state().frontier());
    assertEquals(List.of(), mesh.checker().violations());
    add(mesh, 0, "y");
    mesh.checker().drained(mesh.nanos(), "a", SPACE, mesh.node(0).state().frontier());
    assertFound(mesh, "anywhere else as it leaves");
  }

  @Test
  void aDotThatIsUsedTwiceAndOneThatIsLeftOutAreFound() {
    HandMesh mesh = new HandMesh(new UniqueDots(), 2);
    add(mesh, 0, "x");
    EncodedChange first = mesh.node(0).latest();
    add(mesh, 0, "y");
    mesh.checker().minted(2, "a", SPACE, first, VersionVector.EMPTY);
    assertFound(mesh, "uses dots again");

    HandMesh gap = new HandMesh(new UniqueDots(), 1);
    gap.checker().minted(2, "a", SPACE, mesh.node(0).latest(), VersionVector.EMPTY);
    assertFound(gap, "leaves dots out");

    HandMesh elsewhere = new HandMesh(new UniqueDots(), 2);
    elsewhere.checker().minted(2, "a", SPACE, first, VersionVector.EMPTY);
    elsewhere.checker().minted(3, "b", SPACE, mesh.node(0).latest(), VersionVector.EMPTY);
    assertFound(elsewhere, "is of a replica that wrote at a");
  }

  @Test
  void aChangeThatIsVisibleBeforeItsPastIsFound() {
    HandMesh mesh = new HandMesh(new CausalOrder(), 3);
    add(mesh, 0, "x");
    mesh.spread();
    add(mesh, 1, "y");
    EncodedChange dependent = mesh.node(1).latest();
    // c shows the second without having shown the first.
    mesh.checker().applied(9, "d", SPACE, dependent, mesh.node(1).state());
    assertFound(mesh, "is visible without 0000000000000001:1 (it is at 0), which it depends on");
  }

  @Test
  void aJoinedStateWithAHoleInItsPastIsFound() {
    HandMesh mesh = new HandMesh(new CausalOrder(), 3);
    add(mesh, 0, "x");
    mesh.node(1).take(mesh.node(0).latest());
    add(mesh, 1, "y");
    EncodedChange dependent = mesh.node(1).latest();
    SpaceState hole = holding(dependent);
    mesh.checker().shown(9, "c", SPACE, hole);
    assertFound(mesh, "without 0000000000000001:1");
  }

  /** A state with the change alone: one that says that it depends on nothing, of the same name. */
  private static SpaceState holding(EncodedChange change) {
    return SpaceState.EMPTY.apply(
        change(change.change().replica(), change.last(), SpaceState.EMPTY));
  }

  @Test
  void aChangeThatIsSkippedOrRepeatedOrFromNowhereIsFound() {
    HandMesh mesh = new HandMesh(new CausalOrder(), 2);
    add(mesh, 0, "x");
    EncodedChange first = mesh.node(0).latest();
    SpaceState afterFirst = mesh.node(0).state();
    add(mesh, 0, "y");
    mesh.checker().applied(9, "b", SPACE, mesh.node(0).latest(), mesh.node(0).state());
    assertFound(mesh, "begins at 2, and the node was at 0 of its replica");

    HandMesh twice = new HandMesh(new CausalOrder(), 2);
    twice.checker().applied(1, "a", SPACE, first, afterFirst);
    twice.checker().applied(2, "a", SPACE, first, afterFirst);
    assertFound(twice, "begins at 1, and the node was at 1 of its replica");

    HandMesh nowhere = new HandMesh(new CausalOrder(), 2);
    nowhere.checker().shown(1, "a", SPACE, afterFirst);
    assertFound(nowhere, "which made none");
  }

  @Test
  void aFrontierThatIsNotWhatWasAppliedIsFound() {
    HandMesh mesh = new HandMesh(new CausalOrder(), 2);
    add(mesh, 0, "x");
    SpaceState first = mesh.node(0).state();
    mesh.node(1).showsAs(state -> SpaceState.EMPTY);
    mesh.spread();
    assertFound(mesh, "says it is at " + SpaceState.EMPTY.frontier());
    assertEquals(1, first.frontier().size());
  }

  @Test
  void aChangeThatIsNotLaterThanItsPastIsFound() {
    HandMesh mesh = new HandMesh(new CausalOrder(), 1);
    add(mesh, 0, "x");
    EncodedChange first = mesh.node(0).latest();
    EncodedChange other = change(new ReplicaId(9), 1, SpaceState.EMPTY);
    mesh.checker().minted(5, "b", SPACE, other, VersionVector.EMPTY.with(new ReplicaId(1), 1));
    assertTrue(first.change().time().compareTo(other.change().time()) > 0);
    assertFound(mesh, "is not later than");
  }

  @Test
  void aFrontierWithinAChangeIsFound() {
    HandMesh mesh = new HandMesh(new AtomicChanges(), 2);
    mesh.session("s", 0)
        .write(SPACE, tx -> tx.orSet("set", String.class).addAll(List.of("x", "y", "z")));
    // A state that has one dot of the three.
    mesh.checker().shown(9, "b", SPACE, other());
    assertFound(mesh, "stands within a change, at 0000000000000001:1");
  }

  @Test
  void aStateAfterHalfOfAChangeIsFound() {
    HandMesh mesh = new HandMesh(new AtomicChanges(), 2);
    mesh.session("s", 0)
        .write(SPACE, tx -> tx.orSet("set", String.class).addAll(List.of("x", "y", "z")));
    assertEquals(List.of(), mesh.checker().violations());
    // b shows one dot of the three once it has taken the change.
    mesh.node(1).showsAs(state -> other());
    mesh.spread();
    assertFound(mesh, "on b: 'memory' stands within the change 0000000000000001:");
  }

  @Test
  void anOlderStateIsFoundAndAfterDamageItIsNot() {
    HandMesh mesh = new HandMesh(new MonotonicFrontiers(), 1);
    add(mesh, 0, "x");
    SpaceState before = mesh.node(0).state();
    add(mesh, 0, "y");
    mesh.checker().diskDamaged(mesh.nanos(), "a");
    mesh.node(0).restart(before, new ReplicaId(100));
    assertEquals(List.of(), mesh.checker().violations());
    mesh.node(0).restart(SpaceState.EMPTY, new ReplicaId(101));
    assertFound(mesh, "shows 'memory' without 0000000000000001:1");
    assertFound(mesh, "has durable 'memory' without");
  }

  @Test
  void whatIsBeyondItsBoundIsFoundOnceForEachNodeAndThing() {
    Checker checker = new BoundedMemory();
    checker.held(1, "a", "bytes for b", 1_000, 1_000);
    assertEquals(List.of(), checker.violations());
    checker.held(2, "a", "bytes for b", 1_001, 1_000);
    checker.held(3, "a", "bytes for b", 2_000, 1_000);
    checker.held(4, "a", "changes held back", 11, 10);
    checker.held(5, "b", "bytes for b", 1_001, 1_000);
    assertEquals(
        List.of(
            "keeps 1001 bytes for b, more than 1000",
            "keeps 11 changes held back, more than 10",
            "keeps 1001 bytes for b, more than 1000"),
        checker.violations().stream().map(Violation::message).toList());
    assertEquals(5, checker.checks());
  }

  private static Quiescence quiescence() {
    return new Quiescence(IdleFloor.of(GossipSettings.DEFAULT, 2), 2);
  }

  @Test
  void aNodeThatLostDataAsksTheVotersWhenNobodyCountsItAnyMore() {
    for (long after : List.of(70, 90)) {
      Quiescence quiescence = quiescence();
      quiescence.diskDamaged(0, "a");
      quiescence.sent(after * 1_000_000_000L, "a", "b", "AckAsk", 60);
      quiescence.finish(after * 1_000_000_000L + 20_000_000_000L);
      assertEquals(after == 90, quiescence.hasViolations(), () -> after + " s");
    }
  }

  @Test
  void whereMostVotersAreGoneItAsksOnAndSaysNothingElse() {
    for (String kind : List.of("StandAsk", "Push")) {
      Quiescence quiescence = quiescence();
      quiescence.diskDamaged(0, "a");
      quiescence.votersMissing(80_000_000_000L);
      quiescence.sent(90_000_000_000L, "a", "b", kind, 60);
      quiescence.finish(110_000_000_000L);
      assertEquals(kind.equals("Push"), quiescence.hasViolations(), kind);
    }
  }

  @Test
  void idleNodesMaySayHelloAndCompareAndNothingElse() {
    Checker checker = quiescence();
    HandMesh mesh = new HandMesh(checker, 2);
    add(mesh, 0, "x");
    long written = mesh.nanos();
    for (int i = 1; i < 40; i++) {
      checker.sent(written + i * 400_000_000L, "a", "b", "Hello", 60);
      checker.sent(written + i * 400_000_000L, "b", "a", "Summary", 60);
    }
    // In the first seconds after a write there is more to say.
    checker.sent(written + 1_000_000_000L, "a", "b", "Push", 5_000);
    checker.finish(written + 16_000_000_000L);
    assertEquals(List.of(), checker.violations());
    assertEquals(1, checker.checks());
    checker.sent(written + 15_000_000_000L, "a", "b", "Want", 60);
    checker.finish(written + 16_000_000_000L);
    assertFound(mesh, "still send [Want of a]");
  }

  @Test
  void idleNodesThatTalkTooMuchAreFound() {
    Checker checker = quiescence();
    for (int i = 0; i < 1_000; i++) {
      checker.sent(6_000_000_000L + i * 10_000_000L, "a", "b", "Hello", 60);
    }
    checker.finish(16_000_000_000L);
    assertTrue(checker.violations().toString().contains("idle nodes send 45"), () -> "" + checker);
  }

  @Test
  void idleNodesThatSendTooManyBytesInFewMessagesAreFound() {
    for (int bytes : List.of(60, 100_000)) {
      Checker checker = quiescence();
      for (int i = 0; i < 10; i++) {
        checker.sent(6_000_000_000L + i * 1_000_000_000L, "a", "b", "Hello", bytes);
      }
      checker.finish(16_000_000_000L);
      String found = checker.violations().toString();
      assertEquals(bytes > 60, found.contains("send 0.5 messages and 45455 bytes"), found);
      assertEquals(bytes > 60, checker.hasViolations(), found);
    }
  }

  @Test
  void whoHasLeftSaysNothingAndWhoHasJoinedMaySpeak() {
    for (boolean joins : List.of(true, false)) {
      Checker checker = quiescence();
      if (joins) {
        checker.joined(0, "c");
      } else {
        checker.left(0, "b");
      }
      // Twice what one may say, and less than what three may.
      double most = IdleFloor.of(GossipSettings.DEFAULT, 2).messagesPerNodeSecondMax();
      for (int i = 0; i < 2 * most * 11; i++) {
        checker.sent(6_000_000_000L, "a", "b", "Hello", 60);
      }
      checker.finish(16_000_000_000L);
      assertEquals(!joins, checker.hasViolations(), () -> joins + ": " + checker.violations());
    }
  }

  @Test
  void tooShortASilenceIsNotJudged() {
    Checker checker = quiescence();
    checker.restarted(3_000_000_000L, "a");
    checker.sent(9_000_000_000L, "a", "b", "Want", 60);
    checker.finish(10_000_000_000L);
    assertEquals(0, checker.checks());
  }
}
