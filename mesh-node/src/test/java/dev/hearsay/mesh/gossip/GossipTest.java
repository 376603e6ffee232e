package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GossipTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT;
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final Digest DIGEST = new Digest(1, 1);

  private final Gossip gossip = new Gossip(SELF, hello("self", 1), SETTINGS);
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = 1_000;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(new ReplicaId(9), counter);
  }

  private List<Effect> hear(Message message) {
    return gossip.onMessage(PEER, message, now);
  }

  private List<Effect> publish(List<EncodedChange> minted) {
    EncodedChange last = minted.get(minted.size() - 1);
    VersionVector frontier = VersionVector.EMPTY.with(last.change().replica(), last.last());
    return gossip.published("s", frontier, DIGEST, minted, List.of(), now);
  }

  private static <T extends Message> List<T> sent(List<Effect> effects, Class<T> kind) {
    List<T> messages = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && kind.isInstance(send.message())) {
        assertTrue(
            MessageFormat.encode(send.message()).length <= MessageFormat.MESSAGE_BYTES_MAX,
            () -> "too large: " + send.message().getClass());
        messages.add(kind.cast(send.message()));
      }
    }
    return messages;
  }

  private static long reports(List<Effect> effects, Effect.Event event) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Report report && report.event() == event)
        .count();
  }

  @Test
  void nothingIsPushedToOneWhoHasNotAnswered() {
    gossip.learn(List.of(PEER, SELF));
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    assertEquals(List.of(), publish(List.of(new Changes(1).add("x"))));
    List<Effect> tick = gossip.onTick(now, random);
    assertEquals(List.of(new Effect.Probe(PEER)), tick);
    assertEquals(List.of(), gossip.onTick(now + 50, random));
    assertEquals(1, sent(gossip.probed(PEER, now), Message.Hello.class).size());
  }

  @Test
  void whoeverSpeaksIsAPeerAndIsComparedWithAtOnce() {
    List<Effect> effects = hear(hello("peer", 2));
    assertEquals(1, reports(effects, Effect.Event.PEER_REACHABLE));
    assertEquals(1, sent(effects, Message.Hello.class).size());
    assertEquals(1, sent(effects, Message.Summary.class).size());
    assertEquals(List.of(), hear(hello("peer", 2)));
    assertEquals("peer", gossip.peers().get(0).name());
  }

  /** In the second after the first, in which all are tried at once. */
  private long probesOf(int silent) {
    gossip.configure(IntStream.range(0, silent).mapToObj(i -> new HostPort("p" + i, 1)).toList());
    long probes = 0;
    for (int tick = 0; tick < 40; tick++) {
      List<Effect> effects = gossip.onTick(now + 50L * tick, random);
      long some = effects.stream().filter(Effect.Probe.class::isInstance).count();
      probes += tick < 20 ? 0 : some;
    }
    return probes;
  }

  @Test
  void aSilentPeerIsProbedTenTimesASecond() {
    assertEquals(10, probesOf(1));
  }

  @Test
  void ofManySilentPeersEachIsProbedMoreSeldom() {
    assertEquals(4 * 1_000, probesOf(1_000));
  }

  @Test
  void whoFallsSilentIsOnlyProbed() {
    hear(hello("peer", 2));
    now += SETTINGS.suspectMillis() + 1;
    List<Effect> effects = gossip.onTick(now, random);
    assertEquals(1, reports(effects, Effect.Event.PEER_UNREACHABLE));
    assertEquals(List.of(), sent(effects, Message.class));
    assertFalse(gossip.peers().get(0).reachable());
    assertEquals(List.of(), publish(List.of(new Changes(1).add("x"))));
    assertEquals(1, reports(hear(hello("peer", 2)), Effect.Event.PEER_REACHABLE));
  }

  @Test
  void aPeerThatAcknowledgesNothingIsSentNoMoreThanTheWindow() {
    hear(hello("peer", 2));
    Changes writer = new Changes(1);
    long bytes = 0;
    List<Message.Push> pushes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (Message.Push push :
          sent(publish(List.of(writer.add(i + "x".repeat(50_000)))), Message.Push.class)) {
        bytes += ChangeBatches.bytes(push.changes());
        pushes.add(push);
      }
    }
    assertTrue(bytes <= SETTINGS.windowBytes(), bytes + " bytes");
    assertTrue(bytes > SETTINGS.windowBytes() / 2, bytes + " bytes");
    hear(new Message.PushAck(pushes.get(9).sequence()));
    int more = 0;
    for (int i = 0; i < 100; i++) {
      more +=
          sent(publish(List.of(writer.add("y" + i + "x".repeat(50_000)))), Message.Push.class)
              .size();
    }
    assertEquals(10, more);
  }

  @Test
  void smallPushesAreBoundedInNumber() {
    hear(hello("peer", 2));
    Changes writer = new Changes(1);
    int pushes = 0;
    for (int i = 0; i < 2_000; i++) {
      pushes += sent(publish(List.of(writer.increment())), Message.Push.class).size();
    }
    assertEquals(SETTINGS.windowPushes(), pushes);
    now += SETTINGS.askAgainMillis() + 1;
    hear(hello("peer", 2));
    gossip.onTick(now, random);
    assertEquals(1, sent(publish(List.of(writer.increment())), Message.Push.class).size());
  }

  @Test
  void aNewProcessUnderAnAddressHasAnEmptyWindow() {
    hear(hello("peer", 2));
    Changes writer = new Changes(1);
    for (int i = 0; i < 2_000; i++) {
      publish(List.of(writer.increment()));
    }
    assertEquals(1, sent(hear(hello("peer", 3)), Message.Summary.class).size());
    assertEquals(1, sent(publish(List.of(writer.increment())), Message.Push.class).size());
  }

  @Test
  void aLargeEventIsPushedInMessagesThatAReceiverTakes() {
    hear(hello("peer", 2));
    Changes writer = new Changes(1);
    List<EncodedChange> minted = new ArrayList<>(writer.adds("x".repeat(900), 1_000));
    minted.add(writer.add("y".repeat((1 << 20) - 200)));
    List<Message.Push> pushes = sent(publish(minted), Message.Push.class);
    assertTrue(pushes.size() >= 3, () -> pushes.size() + " pushes");
    List<EncodedChange> pushed = new ArrayList<>();
    pushes.forEach(push -> pushed.addAll(push.changes()));
    // What the window has no room for is left to repair, and nothing before it is left out.
    assertEquals(minted.subList(0, pushed.size()), pushed);
  }

  @Test
  void aPushOfAnUnknownSpaceIsAcknowledgedAndNotDelivered() {
    hear(hello("peer", 2));
    List<Effect> effects = hear(new Message.Push("unknown", 5, List.of(new Changes(1).add("x"))));
    assertEquals(List.of(new Effect.Send(PEER, new Message.PushAck(5))), effects);
    List<Effect> opened = gossip.opened("unknown", VersionVector.EMPTY, Digest.ZERO, now);
    assertEquals(
        List.of(new Effect.Send(PEER, new Message.Want("unknown", VersionVector.EMPTY))), opened);
  }

  @Test
  void aPushIsAcknowledgedWhenItIsDealtWith() {
    hear(hello("peer", 2));
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    Effect.Deliver deliver =
        (Effect.Deliver) hear(new Message.Push("s", 5, List.of(new Changes(1).add("x")))).get(0);
    assertEquals(
        List.of(new Effect.Send(PEER, new Message.PushAck(5))),
        gossip.delivered("s", PEER, deliver.receipt(), now));
  }

  @Test
  void whoIsBehindAsksAndGoesOnWhileItGetsSomewhere() {
    hear(hello("peer", 2));
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    List<Effect> asks = hear(new Message.Rows(List.of(new Message.Row("s", at(10), DIGEST)), true));
    assertEquals(List.of(new Effect.Send(PEER, new Message.Want("s", VersionVector.EMPTY))), asks);
    Effect.Receipt again = new Effect.AnswerReceipt(Message.Then.ASK_AGAIN, 0);
    gossip.published("s", at(5), DIGEST, List.of(), List.of(), now);
    assertEquals(
        List.of(new Effect.Send(PEER, new Message.Want("s", at(5)))),
        gossip.delivered("s", PEER, again, now));
    // An answer that brought nothing would be asked for, sent and refused again, without end.
    assertEquals(List.of(), gossip.delivered("s", PEER, again, now));
    now += SETTINGS.askAgainMillis() + 1;
    hear(hello("peer", 2));
    gossip.onTick(now, random);
    assertEquals(
        1,
        sent(
                hear(new Message.Rows(List.of(new Message.Row("s", at(10), DIGEST)), true)),
                Message.Want.class)
            .size());
  }

  @Test
  void requestsUnderWayAreBounded() {
    hear(hello("peer", 2));
    List<Message.Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      gossip.opened("s" + i, VersionVector.EMPTY, Digest.ZERO, now);
      rows.add(new Message.Row("s" + i, at(1), DIGEST));
    }
    List<Message.Want> wants = sent(hear(new Message.Rows(rows, true)), Message.Want.class);
    assertEquals(SETTINGS.wantsMax(), wants.size());
    Effect.Receipt done = new Effect.AnswerReceipt(Message.Then.DONE, 0);
    assertEquals(
        1,
        sent(gossip.delivered(wants.get(0).space(), PEER, done, now), Message.Want.class).size());
  }

  @Test
  void unequalContentAtEqualFrontiersIsReportedOnce() {
    hear(hello("peer", 2));
    gossip.opened("s", at(3), DIGEST, now);
    Message.Rows other =
        new Message.Rows(List.of(new Message.Row("s", at(3), new Digest(2, 2))), true);
    assertEquals(1, reports(hear(other), Effect.Event.DIVERGED));
    assertEquals(0, reports(hear(other), Effect.Event.DIVERGED));
    assertEquals(
        0,
        reports(
            hear(new Message.Rows(List.of(new Message.Row("s", at(3), DIGEST)), true)),
            Effect.Event.DIVERGED));
    assertEquals(1, reports(hear(other), Effect.Event.DIVERGED));
  }

  @Test
  void manySpacesAreComparedInMessagesThatAReceiverTakes() {
    hear(hello("peer", 2));
    VersionVector wide = VersionVector.EMPTY;
    for (int i = 1; i <= 2_000; i++) {
      wide = wide.with(new ReplicaId(i), 1);
    }
    for (int i = 0; i < 300; i++) {
      gossip.opened("space " + i, wide, DIGEST, now);
    }
    List<Effect> first = hear(new Message.Summary(Digest.ZERO));
    assertEquals(1, sent(first, Message.GroupSums.class).size());
    int rows = 0;
    List<Digest> none = Collections.nCopies(Message.GROUPS, Digest.ZERO);
    for (int group = 0; group < Message.GROUPS; group++) {
      List<Effect> answer = hear(new Message.BucketSums(group, none));
      for (Message.BucketRows part : sent(answer, Message.BucketRows.class)) {
        rows += part.rows().size();
      }
    }
    assertEquals(300, rows);
    int moved = 0;
    for (int i = 0; i < 80 && moved < 300; i++) {
      now += SETTINGS.announceMillis();
      hear(new Message.PushAck(0)); // one that only says hello is told less and less often
      for (Message.Frontiers part : sent(gossip.onTick(now, random), Message.Frontiers.class)) {
        moved += part.rows().size();
      }
    }
    assertEquals(300, moved);
  }

  /** Also where all messages are full, so that none of them is known to be the last. */
  @Test
  void nodesWithManySpacesFindEveryDifference() {
    GossipSettings patient =
        new GossipSettings(
            50, 400, 900, 2_000, 250, 250, 2_000, 1 << 20, 1_000, 256 << 10, 200, 1_000, 8, 100,
            150);
    Gossip here = new Gossip(SELF, hello("self", 1), patient);
    Gossip there = new Gossip(PEER, hello("peer", 2), patient);
    Set<String> lackHere = new TreeSet<>();
    Set<String> lackThere = new TreeSet<>();
    for (int i = 0; i < 2 * patient.rowsPerMessage(); i++) {
      String space = String.format("space %04d", i);
      int onesHere = i % 7 == 0 ? 2 : 1;
      int onesThere = i % 11 == 0 ? 3 : 1;
      here.opened(space, at(onesHere), new Digest(onesHere, 0), now);
      there.opened(space, at(onesThere), new Digest(onesThere, 0), now);
      if (i % 11 == 0) {
        lackHere.add(space);
      } else if (i % 7 == 0) {
        lackThere.add(space);
      }
    }
    Set<String> askedHere = new TreeSet<>();
    Set<String> askedThere = new TreeSet<>();
    List<Effect> fromHere = here.onMessage(PEER, hello("peer", 2), now);
    List<Effect> fromThere = there.onMessage(SELF, hello("self", 1), now);
    for (int round = 0; round < 8; round++) {
      List<Effect> nextHere = new ArrayList<>();
      List<Effect> nextThere = new ArrayList<>();
      sent(fromHere, Message.Want.class).forEach(want -> askedHere.add(want.space()));
      sent(fromThere, Message.Want.class).forEach(want -> askedThere.add(want.space()));
      for (Message message : sent(fromHere, Message.class)) {
        nextThere.addAll(there.onMessage(SELF, message, now));
      }
      for (Message message : sent(fromThere, Message.class)) {
        nextHere.addAll(here.onMessage(PEER, message, now));
      }
      fromHere = nextHere;
      fromThere = nextThere;
    }
    assertEquals(lackHere, askedHere);
    assertEquals(lackThere, askedThere);
  }

  @Test
  void peersAreBounded() {
    for (int i = 0; i < 3 * Gossip.PEERS_MAX; i++) {
      gossip.onMessage(new HostPort("host" + i, 1), hello("h" + i, i + 1L), now);
    }
    assertEquals(Gossip.PEERS_MAX, gossip.peers().size());
  }
}
