package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer speaks of branches as fast as it likes, and the spaces here hear nothing of it. */
class UnheardTalkTest {
  private static final HostPort HASTY = new HostPort("hasty", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final VersionVector HERE = VersionVector.EMPTY.with(new ReplicaId(9), 1);

  /** As many as one message may well hold. */
  private static final long HEADS = 1_000;

  private static final Message LONG =
      new Message.Fork(
          "s",
          new ForkTalk.Heads(
              LongStream.rangeClosed(1, HEADS)
                  .mapToObj(replica -> new ForkTalk.Head(new ReplicaId(replica), 1, 1))
                  .toList(),
              List.of(),
              /* answer= */ true));
  private static final Message ANSWER =
      new Message.Fork("s", new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false));

  private final Gossip gossip =
      new Gossip(new HostPort("self", 1), hello("self", 1), GossipSettings.DEFAULT);
  private long now = 1_000;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  @BeforeEach
  void meet() {
    alive();
    gossip.opened("s", HERE, new Digest(1, 1), now);
    gossip.opened("t", HERE, new Digest(1, 1), now);
  }

  private void alive() {
    gossip.onMessage(HASTY, hello("hasty", 2), now);
    gossip.onMessage(OTHER, hello("other", 3), now);
  }

  private List<Effect.ForkHeard> storm(HostPort from, int messages, IntFunction<Message> drawn) {
    List<Effect.ForkHeard> taken = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      taken.addAll(heard(gossip.onMessage(from, drawn.apply(i), now)));
    }
    return taken;
  }

  private static List<Effect.ForkHeard> heard(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.ForkHeard.class::isInstance)
        .map(Effect.ForkHeard.class::cast)
        .toList();
  }

  private long forgotten() {
    return gossip.traffic().forgotten().getOrDefault(Bound.TALK, 0L);
  }

  @Test
  void whatAPeerSaysIsBoundedCountedAndItIsNamed() {
    int said = 2_000;
    List<Effect.ForkHeard> taken = storm(HASTY, said, i -> LONG);
    // Each takes at least what its heads hold.
    assertTrue(taken.size() * HEADS * 24 <= UnheardTalk.PEER_BYTES_MAX, taken.size() + " taken");
    assertTrue(taken.size() > 100, taken.size() + " taken");
    assertEquals(said - taken.size(), forgotten());
    List<Effect> effects = gossip.onMessage(HASTY, LONG, now);
    assertEquals(1, effects.size(), effects::toString);
    Effect.Report report = (Effect.Report) effects.get(0);
    assertEquals(Effect.Event.REFUSED, report.event());
    assertEquals(HASTY, report.peer());
    assertFalse(storm(OTHER, 1, i -> LONG).isEmpty(), "others have room of their own");
  }

  @Test
  void allTogetherAreBoundedToo() {
    long taken = 0;
    for (int i = 0; i < 20; i++) {
      HostPort peer = new HostPort("peer", 1 + i);
      gossip.onMessage(peer, hello("peer" + i, 10 + i), now);
      taken += storm(peer, 500, each -> LONG).size();
    }
    assertTrue(taken * HEADS * 24 <= UnheardTalk.BYTES_MAX, taken + " taken");
    assertTrue(forgotten() > 0);
  }

  @Test
  void whatVotersAreAskedIsBoundedToo() {
    int said = 100_000;
    List<Effect.ForkHeard> asked =
        storm(
            HASTY, said, i -> i % 2 == 0 ? new ChainAsk("s", i, HERE, 0) : new StandAsk("t", i, 0));
    assertTrue(asked.size() < said / 2, asked.size() + " taken");
    assertEquals(said - asked.size(), forgotten());
    asked.forEach(gossip.forks()::heard);
    assertEquals(2, storm(HASTY, 2, i -> new StandAsk("t", said + i, 0)).size());
  }

  @Test
  void thereIsRoomAgainForWhatIsHeardOrLost() {
    List<Effect.ForkHeard> taken = storm(HASTY, 1_000, i -> LONG);
    assertEquals(List.of(), storm(HASTY, 1, i -> LONG));
    taken.forEach(gossip.forks()::heard);
    assertEquals(taken.size(), storm(HASTY, 1_000, i -> LONG).size());
    // Its journal has failed, and whatever waited for it is gone.
    gossip.opened("s", HERE, new Digest(1, 1), now);
    assertEquals(taken.size(), storm(HASTY, 1_000, i -> LONG).size());
    gossip.closed("s");
    gossip.opened("s", HERE, new Digest(1, 1), now);
    assertEquals(taken.size(), storm(HASTY, 1_000, i -> LONG).size());
  }

  @Test
  void anAnswerForWhichThereIsNoRoomIsAskedForAgain() {
    ForkTalk question = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ true);
    gossip.forks().say("s", HASTY, question);
    List<Effect.ForkHeard> taken = storm(HASTY, 1_000, i -> LONG);
    while (!storm(HASTY, 1, i -> ANSWER).isEmpty()) {
      assertEquals(0, suspicions(), "one that was heard is an answer");
      gossip.forks().say("s", HASTY, question);
    }
    assertEquals(1, suspicions());
    taken.forEach(gossip.forks()::heard);
    assertEquals(1, storm(HASTY, 1, i -> ANSWER).size());
    assertEquals(0, suspicions());
  }

  private long suspicions() {
    now += Avoidance.COMPARE_MILLIS;
    alive();
    Effect suspected = new Effect.ForkSuspected("s", HASTY);
    return gossip.onTick(now, new SplittableRandom(1)).stream().filter(suspected::equals).count();
  }

  @Test
  void whatIsSaidOfASpaceThatIsNotHereCostsNothing() {
    Message elsewhere =
        new Message.Fork("u", new ForkTalk.Heads(List.of(), List.of(), /* answer= */ true));
    assertEquals(List.of(), storm(HASTY, 1_000, i -> elsewhere));
    assertEquals(Map.of(), gossip.traffic().forgotten());
  }
}
