package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A peer that says it lives, and takes nothing. */
class StuckPeerTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT;
  private static final GossipLimits LIMITS = GossipLimits.DEFAULT;
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort PEER = new HostPort("peer", 1);

  private final Gossip gossip = new Gossip(SELF, hello("self", 1), SETTINGS, LIMITS);
  private final SplittableRandom random = new SplittableRandom(1);
  private final Changes writer = new Changes(1);
  private long now = 1_000;
  private long lastPush;

  /** Planted: whatever is sent leaves the window at once. */
  private boolean windowIsNeverFull;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  /** Of everything that is sent, whatever it is. */
  private long sentBytes(List<Effect> effects) {
    long bytes = 0;
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        bytes += MessageFormat.encode(send.message()).length;
        if (send.message() instanceof Message.Push push) {
          lastPush = push.sequence();
        }
      }
    }
    if (windowIsNeverFull) {
      gossip.onMessage(PEER, new Message.PushAck(lastPush), now);
    }
    return bytes;
  }

  private long write(int changes) {
    long bytes = 0;
    for (int i = 0; i < changes; i++) {
      EncodedChange change = writer.increment();
      bytes +=
          sentBytes(
              gossip.published(
                  "s",
                  writer.state().frontier(),
                  new Digest(1, i),
                  List.of(change),
                  List.of(),
                  now));
      if (i % 50 == 0) {
        // 2,000 changes a second, while the peer says hello.
        now += 25;
        bytes += sentBytes(gossip.onMessage(PEER, hello("peer", 2), now));
        bytes += sentBytes(gossip.onTick(now, random));
      }
    }
    return bytes;
  }

  @Test
  void aPeerThatAcknowledgesNothingCostsItsWindowWhateverIsWritten() {
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    gossip.onMessage(PEER, hello("peer", 2), now);
    long bytes = write(100_000);
    long overhead = 40L * SETTINGS.windowPushes() + (64 << 10); // and signs of life, sums, clocks
    assertTrue(
        bytes < SETTINGS.windowBytes() + overhead, bytes + " bytes were sent to a stuck peer");
    assertTrue(gossip.traffic().pushesDropped() > 98_000, gossip.traffic().toString());
    // As soon as it takes something, it is told again.
    gossip.onMessage(PEER, new Message.PushAck(lastPush), now);
    assertTrue(write(100) > 100 * 20, "nothing is pushed any more");
  }

  /** Of many spaces, each with a long name, something moves all the time. */
  private long announcedBytes(int seconds, int spaces, Message... said) {
    long bytes = 0;
    for (int i = 0; i < seconds * 20; i++) {
      now += 50;
      for (int j = 0; j < spaces / 2; j++) {
        String space = "s".repeat(200) + (i + j) % spaces;
        // As if others had written: nothing is pushed, only announced.
        bytes +=
            sentBytes(
                gossip.published(
                    space,
                    VersionVector.EMPTY.with(new ReplicaId(77), 1L + i),
                    new Digest(i, j),
                    List.of(),
                    List.of(),
                    now));
      }
      bytes += sentBytes(gossip.onMessage(PEER, hello("peer", 2), now));
      for (Message message : said) {
        bytes += sentBytes(gossip.onMessage(PEER, message, now));
      }
      bytes += sentBytes(gossip.onTick(now, random));
    }
    return bytes;
  }

  @Test
  void aPeerThatAnswersNothingIsToldLessAndLessOftenWhatMoved() {
    int spaces = 200;
    for (int i = 0; i < spaces; i++) {
      gossip.opened("s".repeat(200) + i, VersionVector.EMPTY, Digest.ZERO, now);
    }
    gossip.onMessage(PEER, hello("peer", 2), now);
    long first = announcedBytes(10, spaces);
    // A window; and after 2, 4 and 8 s one message each.
    long most = 5L * spaces * 3 * 250 + Announcements.UNANSWERED_BYTES_MAX;
    assertTrue(first < most, first + " bytes");
    long next = announcedBytes(100, spaces);
    assertTrue(next < 6L * spaces * 3 * 250, next + " bytes in 100 s more");
    assertTrue(gossip.traffic().forgotten().get(Bound.ANNOUNCEMENTS) > 1_000);
    // One that answers anything is told as before.
    long answered = announcedBytes(10, spaces, new Message.PushAck(0));
    assertTrue(answered > 3 * next, answered + " bytes");
  }

  @Test
  void aWindowThatIsNeverFullIsFound() {
    windowIsNeverFull = true;
    assertThrows(
        AssertionError.class, this::aPeerThatAcknowledgesNothingCostsItsWindowWhateverIsWritten);
  }

  @Test
  void aWindowOfAnswersThatIsNeverFullIsFound() {
    windowIsNeverFull = true;
    assertThrows(AssertionError.class, this::aPeerThatAsksAndTakesNothingCostsItsWindowToo);
  }

  @Test
  void oneLostAcknowledgementDelaysNothing() {
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    gossip.onMessage(PEER, hello("peer", 2), now);
    assertTrue(write(1) > 0);
    for (int i = 0; i < 30; i++) {
      now += 100;
      gossip.onMessage(PEER, hello("peer", 2), now);
      gossip.onTick(now, random);
    }
    assertTrue(write(1) > 0, "the next is not pushed");
  }

  /** Serves every request that the gossip lets through, as a space with a long tail does. */
  private long answeredBytes(Message.Want want, List<EncodedChange> tail) {
    long bytes = 0;
    for (Effect effect : gossip.onMessage(PEER, want, now)) {
      if (effect instanceof Effect.Serve serve) {
        List<EncodedChange> missing = new ArrayList<>();
        long size = 0;
        for (EncodedChange change : tail) {
          boolean known = serve.frontier().covers(change.change().replica(), change.last());
          if (!known && size < serve.bytesMax()) {
            missing.add(change);
            size += change.sizeBytes();
          }
        }
        for (Effect sent : gossip.served(serve.space(), PEER, missing, true, now)) {
          if (sent instanceof Effect.Send send && send.message() instanceof Message.Answer answer) {
            bytes += MessageFormat.encode(answer).length;
          }
        }
        if (windowIsNeverFull) {
          Message.FrontierRow row =
              new Message.FrontierRow(serve.space(), writer.state().frontier());
          gossip.onMessage(PEER, new Message.Frontiers(List.of(row)), now);
        }
      }
    }
    return bytes;
  }

  @Test
  void aPeerThatAsksAndTakesNothingCostsItsWindowToo() {
    List<EncodedChange> tail = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tail.add(writer.add(i + "x".repeat(10_000)));
    }
    gossip.onMessage(PEER, hello("peer", 2), now);
    for (int space = 0; space < 50; space++) {
      gossip.opened("s" + space, writer.state().frontier(), new Digest(1, 1), now);
    }
    long bytes = 0;
    for (int second = 0; second < 4; second++) {
      now += 20;
      for (int space = 0; space < 50; space++) {
        bytes += answeredBytes(new Message.Want("s" + space, VersionVector.EMPTY), tail);
      }
    }
    long most = (long) LIMITS.answersBytes() + SETTINGS.answerBytes();
    assertTrue(bytes < most + (64 << 10), bytes + " bytes in answers to a stuck peer");
    assertTrue(gossip.traffic().answersPutOff() > 100, gossip.traffic().toString());
    // One that takes what it was sent gets the rest without a pause.
    VersionVector taken = VersionVector.EMPTY;
    taken = taken.with(writer.state().frontier().replicaAt(0), 200);
    assertTrue(answeredBytes(new Message.Want("s0", taken), tail) > 100_000);
  }

  @Test
  void addressesThatDoNotAnswerAreForgottenAndConfiguredOnesAreNot() {
    HostPort configured = new HostPort("configured", 1);
    HostPort rumoured = new HostPort("rumoured", 1);
    gossip.configure(List.of(configured));
    gossip.learn(List.of(rumoured));
    gossip.onMessage(PEER, hello("peer", 2), now);
    gossip.onTick(now, random);
    assertEquals(3, gossip.peers().size());
    now += LIMITS.unheardMillis() + 1_000;
    List<Effect> effects = gossip.onTick(now, random);
    assertTrue(
        effects.contains(
            new Effect.Report(rumoured, Effect.Event.PEER_FORGOTTEN, rumoured.toString())));
    assertEquals(
        List.of(configured, PEER), gossip.peers().stream().map(PeerView::address).toList());
    now += LIMITS.goneMillis() + 1_000;
    gossip.onTick(now, random);
    assertEquals(List.of(configured), gossip.peers().stream().map(PeerView::address).toList());
    assertEquals(2, gossip.traffic().peersForgotten());
  }

  /** Or those who know of it would teach each other for ever. */
  @Test
  void othersAreNotToldOfAPeerThatIsGone() {
    HostPort third = new HostPort("third", 1);
    gossip.onMessage(third, hello("third", 3), now);
    gossip.onTick(now, random);
    now += LIMITS.mentionMillis() + 1_000;
    List<Message.Hello> hellos = new ArrayList<>();
    for (Effect effect : gossip.onMessage(PEER, hello("peer", 2), now)) {
      if (effect instanceof Effect.Send send && send.message() instanceof Message.Hello hello) {
        hellos.add(hello);
      }
    }
    assertEquals(List.of(), hellos.get(0).known());
  }

  @Test
  void aSpaceThatCannotBeReadAnyMoreIsNotSpokenOf() {
    gossip.onMessage(PEER, hello("peer", 2), now);
    gossip.opened("whole", VersionVector.EMPTY, Digest.ZERO, now);
    gossip.opened("broken", writer.state().frontier(), new Digest(7, 7), now);
    gossip.closed("broken");
    List<Effect> effects =
        gossip.onMessage(PEER, new Message.Rows(List.of(), /* answer= */ false), now);
    List<String> named = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && send.message() instanceof Message.Rows rows) {
        rows.rows().forEach(row -> named.add(row.space()));
      }
    }
    assertEquals(List.of("whole"), named);
    assertEquals(
        List.of(), gossip.onMessage(PEER, new Message.Want("broken", VersionVector.EMPTY), now));
  }
}
