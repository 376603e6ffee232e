package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that loses the right to many spaces at once. */
class HandoversTest {
  private static final HostPort HEIR = new HostPort("heir", 1);
  private static final VersionVector HERE = VersionVector.EMPTY.with(new ReplicaId(9), 4);
  private static final Digest DIGEST = new Digest(1, 1);
  private static final int TICK_MILLIS = GossipSettings.DEFAULT.tickMillis();

  private final Gossip gossip =
      new Gossip(
          new HostPort("self", 1),
          Hellos.of("self", 1, "self", List.of()),
          GossipSettings.DEFAULT,
          GossipLimits.DEFAULT,
          space -> VoterView.NONE,
          Set.of());
  private final Map<String, Integer> offers = new HashMap<>();
  private final Set<String> purges = new TreeSet<>();
  private long nowMillis = 1_000;

  @BeforeEach
  void meet() {
    hear(Hellos.of("heir", 2, "heir", List.of()));
    for (boolean asks : List.of(true, false)) {
      hear(new Message.Roles(2, List.of(), asks));
    }
  }

  private void hear(Message message) {
    note(gossip.onMessage(HEIR, message, nowMillis));
  }

  private void note(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send
          && send.message() instanceof Message.Handover handover) {
        offers.merge(handover.space(), 1, Integer::sum);
      } else if (effect instanceof Effect.Purge purge) {
        purges.add(purge.space());
      }
    }
  }

  private void open(String prefix, int count, Placement placement) {
    for (int i = 0; i < count; i++) {
      gossip.placed(prefix + i, placement, nowMillis);
      gossip.opened(prefix + i, HERE, DIGEST, nowMillis);
    }
  }

  private void tick() {
    nowMillis += TICK_MILLIS;
    hear(new Message.PushAck(0));
    note(gossip.onTick(nowMillis, new Random(1)));
  }

  private void answerAll() {
    for (String space : List.copyOf(offers.keySet())) {
      hear(new Message.Covered(space, HERE));
    }
    offers.clear();
  }

  @Test
  void spacesAreHandedOverAFewAtATimeAndOneAfterTheOther() {
    open("s", 1_000, Placement.onNodes("heir"));
    Set<String> gone = new TreeSet<>();
    for (int ticks = 0; gone.size() < 1_000; ticks++) {
      tick();
      assertTrue(offers.size() <= Handovers.AT_ONCE, () -> offers.size() + " offers");
      answerAll();
      assertTrue(purges.size() <= Handovers.AT_ONCE, () -> purges.size() + " purges");
      assertTrue(ticks < 100, () -> gone.size() + " after 100 ticks");
      purges.forEach(gossip::closed);
      gone.addAll(purges);
      purges.clear();
    }
  }

  @Test
  void whatIsOfferedWaitsForWhatIsBeingRemoved() {
    open("s", 100, Placement.onNodes("heir"));
    tick();
    answerAll();
    Set<String> first = new TreeSet<>(purges);
    assertEquals(Handovers.AT_ONCE, first.size());
    for (int i = 0; i < 60; i++) {
      tick();
    }
    assertEquals(Map.of(), offers, "none is removed yet");
    assertEquals(first, purges);
    gossip.closed(first.iterator().next());
    tick();
    assertEquals(1, offers.size());
  }

  @Test
  void spacesThatNobodyTakesGiveWay() {
    open("nobody may hold it ", 200, Placement.onNodes("somebody else"));
    open("slow ", 40, Placement.onNodes("heir"));
    open("fast ", 10, Placement.onNodes("heir"));
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add("fast " + i);
    }
    for (int ticks = 0; !waiting.isEmpty(); ticks++) {
      tick();
      for (String space : List.copyOf(waiting)) {
        if (offers.containsKey(space)) {
          hear(new Message.Covered(space, HERE));
          gossip.closed(space);
          waiting.remove(space);
        }
      }
      assertTrue(ticks < 1_000, waiting::toString);
    }
    assertTrue(offers.keySet().stream().noneMatch(space -> space.startsWith("nobody")));
  }

  @Test
  void anOfferThatIsNotAnsweredIsMadeAgain() {
    open("s", 1, Placement.onNodes("heir"));
    for (int i = 0; i < 5_000 / TICK_MILLIS; i++) {
      tick();
    }
    assertEquals(Map.of("s0", 10), offers);
  }

  /** The heir found the other branch before it knew that the space has moved. */
  @Test
  void whoOffersASpaceOfWhichItHasAnotherBranchIsStillSpokenToOfBranches() {
    gossip.placed("s", Placement.everywhere(), nowMillis);
    gossip.opened("s", HERE, DIGEST, nowMillis);
    gossip.forks().avoid("s", HEIR, "two branches");
    gossip.placed("s", Placement.onNodes("self"), nowMillis);
    ForkTalk heads = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ true);
    assertFalse(isHeard(gossip.onMessage(HEIR, new Message.Fork("s", heads), nowMillis)));
    Message offer = new Message.Handover("s", HERE, new Digest(2, 2));
    assertEquals(List.of(), gossip.onMessage(HEIR, offer, nowMillis), "it is not taken");
    assertTrue(isHeard(gossip.onMessage(HEIR, new Message.Fork("s", heads), nowMillis)));
    ForkTalk answer = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false);
    assertTrue(
        gossip.forks().say("s", HEIR, answer).stream().anyMatch(Effect.Send.class::isInstance));
  }

  private static boolean isHeard(List<Effect> effects) {
    return effects.stream().anyMatch(Effect.ForkHeard.class::isInstance);
  }
}
