package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that is drained counts on nothing but what others say while it is. */
class CopiesTest {
  private static final String SPACE = "s";
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final long NOW = 1_000;
  private static final VersionVector HERE = VersionVector.EMPTY.with(new ReplicaId(9), 4);
  private static final Digest DIGEST = new Digest(1, 1);
  private static final Message.Row ROW = new Message.Row(SPACE, HERE, DIGEST);
  private static final Message COVERED = new Message.Covered(SPACE, HERE);

  private final Gossip gossip =
      new Gossip(
          new HostPort("self", 1),
          Hellos.of("self", 1, "self", List.of()),
          GossipSettings.DEFAULT,
          GossipLimits.DEFAULT,
          space -> VoterView.NONE,
          Set.of());
  private final Copies copies = new Copies();

  @BeforeEach
  void meet() {
    copies.want(List.of(ROW));
    gossip.placed(SPACE, Placement.onNodes("self", "peer"), NOW);
    gossip.opened(SPACE, HERE, DIGEST, NOW);
    introduce(2);
    says(ROW);
  }

  private void introduce(long incarnation) {
    hear(Hellos.of("peer", incarnation, "peer", List.of()));
    for (boolean asks : List.of(true, false)) {
      hear(new Message.Roles(incarnation, List.of(), asks));
    }
  }

  private void hear(Message message) {
    gossip.onMessage(PEER, message, NOW);
  }

  private void says(Message.Row row) {
    hear(new Message.Rows(List.of(row), /* answer= */ true));
  }

  /** How many have it, and how many were asked just now. */
  private List<Integer> count(long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Coverage coverage = gossip.holders().coverage(copies, effects, nowMillis).get(0);
    for (Effect effect : effects) {
      Message.Handover question = new Message.Handover(SPACE, HERE, DIGEST);
      assertEquals(new Effect.Send(PEER, question), effect);
    }
    return List.of(coverage.copies(), effects.size());
  }

  @Test
  void whatIsRememberedOfANodeDoesNotCountUntilItHasSaidItAgain() {
    hear(COVERED);
    assertEquals(List.of(0, 1), count(NOW), "said before anybody asked");
    assertEquals(List.of(0, 0), count(NOW + 50), "asked once");
    assertEquals(List.of(0, 1), count(NOW + 1_100), "and again, because it may be lost");
    hear(new Message.Covered(SPACE, VersionVector.EMPTY.with(new ReplicaId(9), 3)));
    assertEquals(List.of(0, 0), count(NOW + 1_150), "not all of it");
    hear(COVERED);
    assertEquals(List.of(1, 0), count(NOW + 1_200));
  }

  @Test
  void oneThatSaysLessThanItSaidHasLostIt() {
    count(NOW);
    hear(COVERED);
    assertEquals(List.of(1, 0), count(NOW));
    says(new Message.Row(SPACE, VersionVector.EMPTY, Digest.ZERO));
    assertEquals(List.of(0, 0), count(NOW), "it was removed there");
    assertEquals(4, gossip.peers().get(0).behind());
    says(ROW);
    assertEquals(List.of(0, 1), count(NOW), "it is back: it is asked anew");
  }

  @Test
  void anotherProcessAndAnotherPlacementAreAskedAnew() {
    count(NOW);
    hear(COVERED);
    introduce(3);
    assertEquals(List.of(0, 0), count(NOW));
    says(ROW);
    assertEquals(List.of(0, 1), count(NOW));
    hear(COVERED);
    assertEquals(List.of(1, 0), count(NOW));
    gossip.placed(SPACE, Placement.onNodes("self", "peer", "other"), NOW);
    assertEquals(List.of(0, 1), count(NOW), "it may not have been allowed to between");
  }

  @Test
  void oneThatHoldsAnotherBranchDoesNotCount() {
    count(NOW);
    hear(COVERED);
    gossip.forks().avoid(SPACE, PEER, "two branches");
    assertEquals(List.of(0, 0), count(NOW));
  }

  /** What the node has more is here by now. */
  private List<Effect> further() {
    VersionVector more = HERE.with(new ReplicaId(8), 1);
    count(NOW);
    gossip.published(SPACE, more, DIGEST, List.of(), List.of(), NOW);
    hear(new Message.Covered(SPACE, more));
    List<Effect> effects = new ArrayList<>();
    Coverage coverage = gossip.holders().coverage(copies, effects, NOW).get(0);
    assertEquals(new Coverage(SPACE, 0, List.of("peer (not compared yet)")), coverage);
    StandAsk asked = (StandAsk) ((Effect.Send) effects.get(0)).message();
    StandTell told = new StandTell(SPACE, asked.request(), "peer", 2, more, DIGEST, null);
    return gossip.onMessage(PEER, told, NOW);
  }

  private void judged(List<Effect> effects, ForkTalk.Branch branch) {
    Effect.ForkHeard heard = (Effect.ForkHeard) effects.get(0);
    ForkTalk.ToldStand told = (ForkTalk.ToldStand) heard.talk();
    ForkTalk judged = new ForkTalk.Judged(told.request(), told.voter(), told.frontier(), branch);
    effects.clear();
    effects.addAll(gossip.forks().say(SPACE, PEER, judged));
  }

  private int counted() {
    return gossip.holders().coverage(copies, new ArrayList<>(), NOW).get(0).copies();
  }

  @Test
  void oneThatIsFurtherCountsOnceItsChainsAreTheSame() {
    List<Effect> effects = further();
    assertEquals(0, counted());
    judged(effects, ForkTalk.Branch.SAME);
    assertEquals(1, counted());
    introduce(3);
    assertEquals(0, counted(), "it runs from another disk, perhaps");
  }

  @Test
  void oneThatIsFurtherInAnotherBranchDoesNotCountAndTheBranchesAreCompared() {
    List<Effect> effects = further();
    judged(effects, ForkTalk.Branch.OTHER);
    assertEquals(List.of(new Effect.ForkSuspected(SPACE, PEER)), effects);
    assertEquals(0, counted());
  }

  @Test
  void oneOfAVersionBeforeCountsByItsCounters() {
    count(NOW);
    // It says no more than what it was asked for, whatever it has.
    hear(COVERED);
    assertEquals(1, counted());
  }

  @Test
  void oneThatIsFurtherSaysSo() {
    VersionVector more = HERE.with(new ReplicaId(8), 1);
    gossip.published(SPACE, more, DIGEST, List.of(), List.of(), NOW);
    Message question = new Message.Handover(SPACE, HERE, DIGEST);
    Effect answer = new Effect.Send(PEER, new Message.Covered(SPACE, more));
    assertEquals(List.of(answer), gossip.onMessage(PEER, question, NOW));
    // But not to one that may not hold it any more: that one knows what it has itself.
    gossip.placed(SPACE, Placement.onNodes("self"), NOW);
    assertEquals(List.of(new Effect.Send(PEER, COVERED)), gossip.onMessage(PEER, question, NOW));
  }

  @Test
  void whatIsBeingHandedOverCountsOnlyOnceItIsGone() {
    gossip.placed(SPACE, Placement.onNodes("peer"), NOW);
    says(ROW);
    List<Effect> effects = new ArrayList<>(gossip.onTick(NOW + 1_000, new SplittableRandom(1)));
    assertTrue(effects.contains(new Effect.Send(PEER, new Message.Handover(SPACE, HERE, DIGEST))));
    hear(COVERED);
    Coverage coverage = gossip.holders().coverage(copies, new ArrayList<>(), NOW).get(0);
    assertEquals(new Coverage(SPACE, 0, List.of("peer (it is being handed over)")), coverage);
    gossip.closed(SPACE);
    assertEquals(List.of(), gossip.holders().coverage(copies, new ArrayList<>(), NOW));
  }

  @Test
  void oneThatIsDrainedItselfDoesNotCountAndIsNamedUntilItSaysOtherwise() {
    count(NOW);
    hear(new Message.Leaves(SPACE));
    Coverage coverage = gossip.holders().coverage(copies, new ArrayList<>(), NOW).get(0);
    assertEquals(new Coverage(SPACE, 0, List.of("peer (drained too)")), coverage);
    assertEquals(List.of(0, 1), count(NOW + 1_100), "it is asked again");
    hear(COVERED);
    assertEquals(List.of(1, 0), count(NOW + 1_150), "its drain was given up");
  }

  @Test
  void whoIsDrainedSaysSoUntilItIsGivenUpAndForGoodOnceItIsDone() {
    Message question = new Message.Handover(SPACE, HERE, DIGEST);
    Effect leaves = new Effect.Send(PEER, new Message.Leaves(SPACE));
    Effect covered = new Effect.Send(PEER, COVERED);
    count(NOW);
    assertEquals(List.of(leaves), gossip.onMessage(PEER, question, NOW));
    copies.close();
    assertEquals(List.of(covered), gossip.onMessage(PEER, question, NOW));
    Copies second = new Copies();
    gossip.holders().coverage(second, new ArrayList<>(), NOW);
    assertEquals(List.of(leaves), gossip.onMessage(PEER, question, NOW));
    second.drained();
    second.close();
    assertEquals(List.of(leaves), gossip.onMessage(PEER, question, NOW));
  }

  @Test
  void aHolderThatIsAskedAnswersAndRemembersNoOffer() {
    Message question = new Message.Handover(SPACE, HERE, DIGEST);
    assertEquals(List.of(new Effect.Send(PEER, COVERED)), gossip.onMessage(PEER, question, NOW));
    gossip.placed(SPACE, Placement.onNodes("self"), NOW);
    assertEquals(
        List.of(),
        gossip
            .onMessage(PEER, new Message.Answer(SPACE, List.of(), Message.Then.DONE), NOW)
            .stream()
            .filter(effect -> !(effect instanceof Effect.Report))
            .toList());
  }
}
