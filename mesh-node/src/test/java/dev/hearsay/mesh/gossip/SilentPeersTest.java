package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that was asked to compare a space, and does not answer. */
class SilentPeersTest {
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort B = new HostPort("b", 1);
  private static final ForkTalk QUESTION =
      new ForkTalk.Heads(List.of(), List.of(), /* answer= */ true);
  private static final Effect SILENT =
      new Effect.ForkHeard("s", B, new ForkTalk.Silent(), Map.of());

  private final SplittableRandom random = new SplittableRandom(1);
  private final Gossip gossip =
      new Gossip(SELF, Hellos.of("self", 1, "self", List.of()), GossipSettings.DEFAULT);
  private long now = 1_000;

  @BeforeEach
  void meet() {
    gossip.opened("s", VersionVector.EMPTY.with(new ReplicaId(9), 1), new Digest(1, 1), now);
    alive();
    tick();
    gossip.forks().say("s", B, QUESTION);
  }

  private void alive() {
    gossip.onMessage(B, Hellos.of("b", 2, "b", List.of()), now);
  }

  /** How often the space is told that the peer is silent. */
  private long tick() {
    return gossip.onTick(now, random).stream().filter(SILENT::equals).count();
  }

  @Test
  void aSpaceIsToldOfAPeerThatIsThereAndDoesNotAnswer() {
    for (int i = 0; i < ForkGossip.ANSWER_MILLIS_MAX / 1_000; i++) {
      now += 1_000;
      alive();
      assertEquals(0, tick(), now + " ms");
    }
    now += 1_000;
    alive();
    assertEquals(1, tick());
    now += 1_000;
    assertEquals(0, tick(), "once");
  }

  @Test
  void aPeerThatDoesNotAnswerIsAskedAgain() {
    int asked = 0;
    for (int i = 0; i < 10; i++) {
      now += 1_000;
      alive();
      asked += gossip.onTick(now, random).contains(new Effect.ForkSuspected("s", B)) ? 1 : 0;
    }
    assertEquals(3, asked);
  }

  @Test
  void aSpaceIsToldAtOnceOfAPeerThatIsGone() {
    long told = 0;
    for (int i = 0; i < 5; i++) {
      now += 1_000;
      told += tick();
    }
    assertEquals(1, told);
  }

  @Test
  void aPeerThatHasAnsweredIsNotSilent() {
    Message answer =
        new Message.Fork("s", new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false));
    gossip.onMessage(B, answer, now);
    for (int i = 0; i < 20; i++) {
      now += 1_000;
      assertEquals(0, tick());
    }
  }
}
