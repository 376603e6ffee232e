package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.ClosingTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closed vectors between two gossips: how they spread, and what becomes of bad ones. */
class ClosingsTest {
  private static final String SPACE = "s";
  private static final HostPort LEFT = new HostPort("left", 1);
  private static final HostPort RIGHT = new HostPort("right", 1);
  private static final Digest SAME = new Digest(3, 4);
  private static final Digest OTHER = new Digest(5, 6);

  private final SplittableRandom random = new SplittableRandom(1);
  private long nowMillis = 1_000_000;

  /** One of two that hold the space; what it says is kept, and passed on only when told to. */
  private final class Side {
    final Gossip gossip;
    final List<Message> said = new ArrayList<>();
    final List<Effect> others = new ArrayList<>();

    Side(HostPort address) {
      gossip = new Gossip(address, hello(address), GossipSettings.DEFAULT);
    }

    void run(List<Effect> effects) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Send send) {
          said.add(MessageFormat.decode(MessageFormat.encode(send.message())));
        } else {
          others.add(effect);
        }
      }
    }

    void hear(HostPort from, Message message) {
      run(gossip.onMessage(from, message, nowMillis));
    }

    List<Message> take() {
      List<Message> taken = new ArrayList<>(said);
      said.clear();
      return taken;
    }

    long says(Class<? extends Message> kind) {
      return said.stream().filter(kind::isInstance).count();
    }
  }

  private final Side left = new Side(LEFT);
  private final Side right = new Side(RIGHT);

  private static Message.Hello hello(HostPort address) {
    return Hellos.of(address.host(), address.hashCode(), address.host(), List.of());
  }

  private static VersionVector replicas(int count) {
    SplittableRandom ids = new SplittableRandom(9);
    Map<ReplicaId, Long> entries = new HashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(new ReplicaId(ids.nextLong()), 1L + i % 5);
    }
    return VersionVector.of(entries);
  }

  private void hold(VersionVector ours, VersionVector theirs) {
    left.run(left.gossip.opened(SPACE, ours, SAME, nowMillis));
    right.run(right.gossip.opened(SPACE, theirs, ours.equals(theirs) ? SAME : OTHER, nowMillis));
  }

  private void meet() {
    left.hear(RIGHT, hello(RIGHT));
    right.hear(LEFT, hello(LEFT));
  }

  /** Lets time pass, and all that is said arrive. */
  private void settle(long millis) {
    long end = nowMillis + millis;
    while (nowMillis < end) {
      nowMillis += 50;
      left.run(left.gossip.onTick(nowMillis, random));
      right.run(right.gossip.onTick(nowMillis, random));
      for (int i = 0; i < 50 && !(left.said.isEmpty() && right.said.isEmpty()); i++) {
        left.take().forEach(message -> right.hear(LEFT, message));
        right.take().forEach(message -> left.hear(RIGHT, message));
      }
    }
  }

  private static VersionVector frontierIn(Message message) {
    return message instanceof Message.Rows rows
        ? rows.rows().get(0).frontier()
        : VersionVector.EMPTY;
  }

  /** What the left one says of the space when it compares. */
  private Message rowOfLeft() {
    left.take();
    left.hear(RIGHT, new Message.Summary(new Digest(9, 9)));
    return left.take().stream()
        .filter(m -> m instanceof Message.Rows || m instanceof Message.Closed)
        .findFirst()
        .orElseThrow();
  }

  private void bothHoldAClosedVector(int replicas) {
    hold(replicas(replicas), replicas(replicas));
    meet();
    settle(8_000);
    assertTrue(rowOfLeft() instanceof Message.Closed);
  }

  @Test
  void whatBothHaveOfTheGoneIsNamedAndNotListed() {
    bothHoldAClosedVector(10_000);
    Message row = rowOfLeft();
    assertTrue(MessageFormat.encode(row).length < 200, row::toString);
    right.take();
    right.hear(LEFT, row);
    // Equal rows: the other finds nothing to ask for, and names it too.
    assertEquals(0, right.says(Message.Want.class));
    assertEquals(0, right.gossip.traffic().closedUnknown());
    assertEquals(0, right.gossip.peers().get(0).ahead());
  }

  @Test
  void aFewEntriesAreListed() {
    hold(replicas(31), replicas(31));
    meet();
    settle(8_000);
    assertTrue(rowOfLeft() instanceof Message.Rows);
    assertEquals(0, left.says(Message.Closing.class));
  }

  /** A node of the format before says nothing of closed vectors, and refuses what it is told. */
  @Test
  void aPeerThatHoldsNoneIsToldAllEntries() {
    VersionVector all = replicas(100);
    hold(all, all);
    left.hear(RIGHT, hello(RIGHT));
    left.hear(RIGHT, new Message.Rows(List.of(new Message.Row(SPACE, all, SAME)), true));
    int offers = 0;
    for (int i = 0; i < 1_200; i++) {
      nowMillis += 50;
      if (i % 10 == 0) {
        left.hear(RIGHT, hello(RIGHT));
      }
      left.run(left.gossip.onTick(nowMillis, random));
      offers += (int) left.says(Message.Closing.class);
      assertEquals(0, left.says(Message.Closed.class));
      left.take();
    }
    assertEquals(all, frontierIn(rowOfLeft()));
    // It is not molested either: after 2, 4, 8 … seconds, within this minute.
    assertTrue(offers >= 2 && offers <= 6, offers + " offers");
  }

  @Test
  void anUnknownOneIsAskedForAndTheMessageIsLeftOut() {
    VersionVector all = replicas(100);
    hold(all, all);
    meet();
    left.take();
    ClosedVector closed = ClosedVector.of(all);
    Message want =
        new Message.Closed(
            List.of(new Message.ClosedRef(0, closed.hash())),
            new Message.Want(SPACE, VersionVector.EMPTY));
    left.others.clear();
    left.hear(RIGHT, want);
    assertEquals(1, left.gossip.traffic().closedUnknown());
    assertTrue(left.others.isEmpty(), left.others::toString);
    assertTrue(left.said.contains(new Message.ClosedUnknown(List.of(closed.hash()))));
    ClosingTalk.Ask ask = asked(left.take());
    assertEquals(closed.hash(), ask.hash());
    // Told, it takes the same message.
    left.hear(RIGHT, tell(closed, all, ask.base(), 0));
    left.hear(RIGHT, want);
    assertEquals(1, left.gossip.traffic().closedUnknown());
    assertTrue(left.others.stream().anyMatch(Effect.Serve.class::isInstance));
  }

  private static ClosingTalk.Ask asked(List<Message> said) {
    return said.stream()
        .filter(Message.Closing.class::isInstance)
        .map(message -> ((Message.Closing) message).talk())
        .filter(ClosingTalk.Ask.class::isInstance)
        .map(ClosingTalk.Ask.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Message tell(ClosedVector named, VersionVector entries, Digest base, int from) {
    return new Message.Closing(
        SPACE, new ClosingTalk.Tell(named.hash(), base, entries.size(), from, entries));
  }

  /** Whoever is asked names it no more, until it is said to be there again. */
  @Test
  void onesOwnClosedVectorThatThePeerHasLostIsNotNamedToItAnyMore() {
    bothHoldAClosedVector(100);
    Message.Closed row = (Message.Closed) rowOfLeft();
    Digest hash = row.refs().get(0).hash();
    left.hear(RIGHT, new Message.Closing(SPACE, new ClosingTalk.Ask(hash, Digest.ZERO, 0)));
    assertTrue(rowOfLeft() instanceof Message.Rows);
    left.hear(RIGHT, new Message.Closing(SPACE, new ClosingTalk.Held(hash, true)));
    assertTrue(rowOfLeft() instanceof Message.Closed);
    // Another process does not hold what the one before held.
    left.hear(RIGHT, Hellos.of("right", 77, "right", List.of()));
    assertTrue(rowOfLeft() instanceof Message.Rows);
  }

  /** It asks for nothing of a space that it does not hold, but the other must know. */
  @Test
  void ofASpaceThatIsNotThereAnyMoreAllIsListedAgain() {
    bothHoldAClosedVector(100);
    Message row = rowOfLeft();
    right.run(right.gossip.closed(SPACE));
    right.take();
    right.hear(LEFT, row);
    assertEquals(0, right.says(Message.Closing.class));
    right.take().forEach(message -> left.hear(RIGHT, message));
    assertTrue(rowOfLeft() instanceof Message.Rows);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aDamagedOneIsRefusedAndCountedAndNothingOfItIsKept(int damage) {
    VersionVector all = replicas(100);
    hold(all, all);
    meet();
    ClosedVector closed = ClosedVector.of(replicas(60));
    left.hear(RIGHT, new Message.Closing(SPACE, new ClosingTalk.Held(closed.hash(), false)));
    ClosingTalk.Ask ask = asked(left.take());
    VersionVector entries =
        switch (damage) {
          case 0 -> closed.vector().with(closed.vector().replicaAt(7), 1_000);
          case 1 -> closed.vector().with(new ReplicaId(1), 1);
          default -> VersionVector.EMPTY.with(new ReplicaId(1), 1);
        };
    left.others.clear();
    left.hear(RIGHT, tell(closed, entries, ask.base(), 0));
    assertEquals(1, left.gossip.traffic().closedRefused());
    assertEquals(
        List.of(Effect.Event.REFUSED),
        left.others.stream()
            .filter(Effect.Report.class::isInstance)
            .map(effect -> ((Effect.Report) effect).event())
            .toList());
    left.hear(
        RIGHT,
        new Message.Closed(
            List.of(new Message.ClosedRef(0, closed.hash())),
            new Message.Want(SPACE, VersionVector.EMPTY)));
    assertEquals(1, left.gossip.traffic().closedUnknown());
    // What is whole is taken the next time.
    left.hear(RIGHT, tell(closed, closed.vector(), asked(left.take()).base(), 0));
    assertEquals(1, left.gossip.traffic().closedRefused());
  }

  @Test
  void whatWasNotAskedForIsNotTaken() {
    VersionVector all = replicas(100);
    hold(all, all);
    meet();
    ClosedVector closed = ClosedVector.of(all);
    left.hear(RIGHT, tell(closed, all, Digest.ZERO, 0));
    left.hear(
        RIGHT,
        new Message.Closed(
            List.of(new Message.ClosedRef(0, closed.hash())),
            new Message.Want(SPACE, VersionVector.EMPTY)));
    assertEquals(1, left.gossip.traffic().closedUnknown());
  }

  /** All of them went on since: each is in the closed vector, and stands in the message too. */
  @ParameterizedTest
  @CsvSource({"61895, true", "61896, false"})
  void whatIsSentIsNeverMoreThanMayBeUnfolded(int replicas, boolean isNamed) {
    VersionVector before = replicas(replicas);
    bothHoldAClosedVector(replicas);
    Map<ReplicaId, Long> entries = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      entries.put(before.replicaAt(i), before.counterAt(i) + 1);
    }
    left.run(
        left.gossip.published(
            SPACE, VersionVector.of(entries), OTHER, List.of(), List.of(), nowMillis));
    Message row = rowOfLeft();
    assertEquals(isNamed, row instanceof Message.Closed);
    right.take();
    right.hear(LEFT, row);
    assertEquals(0, right.gossip.traffic().closedRefused());
    assertEquals(1, right.says(Message.Want.class) + right.says(Message.Closed.class));
  }

  @Test
  void aSmallMessageDoesNotUnfoldWithoutBound() {
    bothHoldAClosedVector(4_000);
    Digest hash = ((Message.Closed) rowOfLeft()).refs().get(0).hash();
    List<Message.Row> rows = new ArrayList<>();
    List<Message.ClosedRef> refs = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      rows.add(new Message.Row(SPACE, VersionVector.EMPTY.with(new ReplicaId(i + 1), 1), SAME));
      refs.add(new Message.ClosedRef(i, hash));
    }
    left.others.clear();
    left.hear(RIGHT, new Message.Closed(refs, new Message.Rows(rows, true)));
    assertEquals(1, left.gossip.traffic().closedRefused());
    assertFalse(left.others.isEmpty());
  }

  /** Many are told in pieces, and what was closed since only as what is more. */
  @Test
  void aLargeOneIsToldInPiecesAndALaterOneByWhatIsMore() {
    bothHoldAClosedVector(3 * ClosingTalk.ENTRIES_MAX);
    VersionVector more = replicas(3 * ClosingTalk.ENTRIES_MAX + 40);
    left.run(left.gossip.published(SPACE, more, OTHER, List.of(), List.of(), nowMillis));
    right.run(right.gossip.published(SPACE, more, OTHER, List.of(), List.of(), nowMillis));
    long[] told = new long[1];
    for (int i = 0; i < 240; i++) {
      nowMillis += 50;
      left.run(left.gossip.onTick(nowMillis, random));
      right.run(right.gossip.onTick(nowMillis, random));
      for (int j = 0; j < 10; j++) {
        List<Message> said = left.take();
        said.forEach(
            message -> {
              if (message instanceof Message.Closing) {
                told[0] += MessageFormat.encode(message).length;
              }
              right.hear(LEFT, message);
            });
        right.take().forEach(message -> left.hear(RIGHT, message));
      }
    }
    assertTrue(told[0] > 40 * 9 && told[0] < 1_000, told[0] + " bytes");
    assertTrue(MessageFormat.encode(rowOfLeft()).length < 100);
  }

  /** Replicas of nodes that are known to run are not closed: their entries move. */
  @Test
  void theLivingStayOpen() {
    VersionVector all = replicas(100);
    VersionVector living =
        all.with(new ReplicaId(LEFT.hashCode()), 5).with(new ReplicaId(RIGHT.hashCode()), 6);
    hold(living, living);
    meet();
    settle(8_000);
    Message.Closed row = (Message.Closed) rowOfLeft();
    assertEquals(living.beyond(all), ((Message.Rows) row.inner()).rows().get(0).frontier());
  }

  @Test
  void aSpaceThatIsClosedTakesItsVectorsWithIt() {
    bothHoldAClosedVector(100);
    Message row = rowOfLeft();
    left.run(left.gossip.closed(SPACE));
    left.run(left.gossip.opened(SPACE, replicas(100), SAME, nowMillis));
    assertTrue(rowOfLeft() instanceof Message.Rows);
    left.take();
    left.hear(RIGHT, row);
    assertEquals(1, left.gossip.traffic().closedUnknown());
  }

  @Test
  void nothingIsClosedThatTheOtherLacks() {
    VersionVector all = replicas(100);
    hold(all, all.meet(replicas(50)));
    meet();
    settle(200);
    left.take();
    right.take();
    VersionVector half = replicas(50);
    int offers = 0;
    for (int i = 0; i < 160; i++) {
      nowMillis += 50;
      left.hear(RIGHT, hello(RIGHT));
      left.run(left.gossip.onTick(nowMillis, random));
      for (Message message : left.take()) {
        if (message instanceof Message.Closing closing) {
          assertEquals(ClosedVector.of(half).hash(), closing.talk().hash());
          offers++;
        }
      }
    }
    assertTrue(offers > 0);
  }

  @Test
  void aLateChangeOfAClosedReplicaIsTakenAndTold() {
    bothHoldAClosedVector(100);
    VersionVector late = replicas(100).with(replicas(100).replicaAt(3), 99);
    Changes writer = new Changes(1);
    left.run(
        left.gossip.published(
            SPACE, late, OTHER, List.of(), List.of(writer.add("late")), nowMillis));
    Message row = rowOfLeft();
    right.take();
    right.hear(LEFT, row);
    assertEquals(1, right.says(Message.Want.class) + right.says(Message.Closed.class));
    assertEquals(
        1, ((Message.Rows) ((Message.Closed) row).inner()).rows().get(0).frontier().size());
  }
}
