package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.Piece;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A live node, all of it that is pure, and a peer that sends it anything: mutated, cut, oversized,
 * random, repeated and reordered messages of every kind. {@code -Dhearsay.fuzz.packets=N} sends
 * more.
 */
class HostilePeerTest {
  private static final int PACKETS = Integer.getInteger("hearsay.fuzz.packets", 10_000);
  private static final List<String> SPACES = List.of("s", "t");
  private static final String MOVED = "a space that has moved";
  private static final HostPort HOSTILE = new HostPort("hostile", 1);
  private static final HostPort HONEST = new HostPort("honest", 1);
  private static final long HEAP_GROWTH_MAX = 256L << 20;

  /** For each packet that it is sent, a node says no more than this. */
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  private final FuzzedNode node = new FuzzedNode(SPACES);
  private final Changes writer = new Changes(77);

  /** What the honest peer has of the space that both write to. */
  private final FuzzedSpace honest = new FuzzedSpace("s", 77);

  private void hello(HostPort from, long incarnation) {
    send(from, Hellos.of(from.host(), incarnation, from.host(), List.of()));
  }

  private void send(HostPort from, Message message) {
    Fragments.split(MessageFormat.encode(message), node.nowMillis)
        .forEach(packet -> node.packet(from, packet));
  }

  private static long liveHeapBytes() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aNodeOutlivesAnyStormAndGoesOnServingTheHonest(long seed) {
    long heapBefore = liveHeapBytes();
    hello(HONEST, 5);
    hello(HOSTILE, 6);
    send(HONEST, new Message.Roles(5, List.of(FuzzedNode.ROLE), true));
    send(HOSTILE, new Message.Roles(6, List.of(FuzzedNode.ROLE, "other"), true));
    node.open(MOVED, Placement.everywhere());
    node.write(MOVED, "x");
    node.place(MOVED, Placement.onRoles("other"));
    node.said.clear();
    node.nameVoters("s", List.of("id", "honest", "hostile"));
    HostileStorm storm = new HostileStorm(seed, SPACES);
    long packets = 0;
    for (int i = 0; i < PACKETS; i++) {
      for (byte[] packet : storm.next()) {
        node.packet(HOSTILE, packet);
        packets++;
      }
      if (i % 100 == 0) {
        node.tick(50);
        node.write("s", "own" + i);
        node.count("s");
        writeHonestly(i);
      }
      if (i % 1_000 == 500) {
        node.changeVoters("s", i % 2_000 == 500 ? List.of("id", "hostile") : List.of("id"));
      }
      hearAll(storm);
      if (i % 1_000 == 999) {
        checkBounds(packets);
      }
    }
    checkBounds(packets);
    for (String kind : List.of("ForkHeard", "Vote", "Say", "Avoid", "NotAcknowledged")) {
      assertTrue(node.effects.containsKey(kind), () -> kind + " is not in " + node.effects);
    }
    assertTrue(node.rejected.get(HOSTILE) > PACKETS / 10, node.rejected.toString());
    assertFalse(node.rejected.containsKey(HONEST), node.rejected.toString());
    List<String> elements = Changes.elements(node.state("s"));
    for (int i = 0; i < PACKETS; i += 100) {
      assertTrue(elements.contains("own" + i) && elements.contains("honest" + i), "lost " + i);
    }
    long grown = liveHeapBytes() - heapBefore;
    assertTrue(grown < HEAP_GROWTH_MAX, grown + " bytes of heap are kept");
  }

  private void writeHonestly(int number) {
    honest.core.mint(Changes.after(honest.core), "author", Changes.adding("honest" + number));
    SpaceEvent event = honest.core.nextEvent().orElseThrow();
    honest.core.persisted();
    for (SpaceEvent.Part part : event.parts()) {
      if (part instanceof SpaceEvent.Applied applied) {
        send(HONEST, new Message.Push("s", 1 + number, List.of(applied.change())));
      }
    }
  }

  /** The honest peer compares branches, and is told nothing of what it may not hold. */
  private void hearAll(HostileStorm storm) {
    List<Effect.Send> heard = List.copyOf(node.said);
    node.said.clear();
    for (Effect.Send send : heard) {
      if (send.to().equals(HOSTILE)) {
        storm.heard(send.message());
      } else if (send.to().equals(HONEST)) {
        byte[] bytes = MessageFormat.encode(send.message());
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(MOVED), () -> "the honest is told " + send.message());
        if (send.message() instanceof Message.Fork fork && fork.space().equals("s")) {
          honest
              .guard
              .heard(FuzzedNode.ADDRESS, fork.talk(), Map.of(), honest::draw)
              .forEach(
                  action -> {
                    if (action instanceof ForkAction.Say say) {
                      send(HONEST, new Message.Fork("s", say.talk()));
                    }
                  });
        }
      }
    }
  }

  private void checkBounds(long packets) {
    SpaceLimits limits = SpaceLimits.DEFAULT;
    for (String space : SPACES) {
      assertTrue(node.core(space).heldBack() <= limits.heldChangesMax());
    }
    assertTrue(node.gossip.peers().size() <= Gossip.PEERS_MAX);
    assertTrue(
        node.bytesSaid <= packets * ANSWER_BYTES_MAX,
        () -> node.bytesSaid + " bytes said for " + packets + " packets");
  }

  @Test
  void dotsFromThePastAreTakenForWhatTheyAreAndThoseFromTheFutureWait() {
    hello(HOSTILE, 6);
    List<EncodedChange> changes = writer.adds("x", 5);
    send(HOSTILE, new Message.Push("s", 1, changes.subList(3, 5)));
    assertEquals(2, node.core("s").heldBack());
    assertEquals(List.of(), Changes.elements(node.state("s")));
    send(HOSTILE, new Message.Push("s", 2, changes.subList(0, 3)));
    send(HOSTILE, new Message.Push("s", 3, changes));
    assertEquals(0, node.core("s").heldBack());
    assertEquals(5, Changes.elements(node.state("s")).size());
    assertEquals(List.of(), node.refused);
    assertEquals(5, node.duplicates.get(HOSTILE), "of the past, under who brought them again");
  }

  @Test
  void oneThatFillsTheRoomWithDotsFromTheFutureKeepsNobodyElseOut() {
    hello(HOSTILE, 6);
    hello(HONEST, 5);
    Changes future = new Changes(78);
    future.add("which nobody gets");
    int most = SpaceLimits.DEFAULT.heldChangesMax();
    for (int i = 0; i < most + 1_000; i += 500) {
      send(HOSTILE, new Message.Push("s", 1 + i, future.adds("x", 500)));
    }
    assertEquals(most, node.core("s").heldBack());
    assertEquals(1_000, node.dropped.get(HOSTILE));
    // What overtakes another of the honest waits for it, instead of being left to repair.
    List<EncodedChange> changes = writer.adds("honest", 100);
    send(HONEST, new Message.Push("s", 1, changes.subList(1, 100)));
    // It is taken once the honest has told its branches, which are none.
    ForkTalk none = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false);
    send(HONEST, new Message.Fork("s", none));
    assertEquals(most, node.core("s").heldBack());
    assertEquals(1_099, node.dropped.get(HOSTILE), "it makes room");
    assertFalse(node.dropped.containsKey(HONEST), node.dropped.toString());
    send(HONEST, new Message.Push("s", 2, changes.subList(0, 1)));
    assertEquals(100, Changes.elements(node.state("s")).size());
    assertEquals(most - 99, node.core("s").heldBack());
  }

  @Test
  void aStateThatIsNoneIsCountedUnderItsSender() {
    hello(HOSTILE, 6);
    hello(HONEST, 5);
    VersionVector frontier = VersionVector.EMPTY.with(new ReplicaId(77), 9);
    Message.Row row = new Message.Row("s", frontier, new Digest(1, 1));
    send(HOSTILE, new Message.Rows(List.of(row), /* answer= */ true));
    send(HOSTILE, new Message.StateOffer("s", 5, false, 10, 10, 4));
    send(HOSTILE, new Message.StateHead("s", 5, 0, true, Piece.of(new byte[] {1, 2, 3, 4})));
    assertEquals(1, node.rejected.get(HOSTILE));
    assertEquals(1, node.gossip.traffic().transfersRefused());
    assertFalse(node.rejected.containsKey(HONEST));
  }

  @Test
  void aSecondHistoryUnderOneReplicaIsRefused() {
    hello(HOSTILE, 6);
    Changes branch = new Changes(77);
    send(HOSTILE, new Message.Push("s", 1, writer.adds("x", 2)));
    branch.adds("y", 2);
    send(HOSTILE, new Message.Push("s", 2, List.of(branch.add("z"))));
    assertEquals(1, node.refused.size());
    assertFalse(Changes.elements(node.state("s")).contains("z"));
  }

  @Test
  void aSpaceThatIsNotHeldIsAnsweredAndNotTaken() {
    node.place("elsewhere", Placement.everywhere());
    hello(HOSTILE, 6);
    node.said.clear();
    send(HOSTILE, new Message.Push("elsewhere", 9, writer.adds("x", 1)));
    assertEquals(
        List.of(new Message.PushAck(9)), node.said.stream().map(Effect.Send::message).toList());
    send(HOSTILE, new Message.Want("elsewhere", VersionVector.EMPTY));
    send(HOSTILE, new Message.Answer("elsewhere", writer.adds("x", 1), Message.Then.DONE));
    assertEquals(1, node.said.size());
  }

  /** Joined entry by entry, such a vector kept a node busy for minutes. */
  @Test
  void frontiersOfAHundredThousandReplicasAreDealtWithAtOnceAndNotKept() {
    hello(HOSTILE, 6);
    long heapBefore = liveHeapBytes();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 20; i++) {
            VersionVector vector = vector(i, 100_000);
            send(HOSTILE, new Message.Want("s", vector));
            send(HOSTILE, new Message.Frontiers(List.of(new Message.FrontierRow("s", vector))));
            send(
                HOSTILE,
                new Message.Rows(List.of(new Message.Row("s", vector, Digest.ZERO)), false));
            node.tick(50);
          }
        });
    long grown = liveHeapBytes() - heapBefore;
    assertTrue(grown < 64L << 20, grown + " bytes of heap are kept");
  }

  private static VersionVector vector(long seed, int size) {
    ReplicaId[] replicas =
        new Random(seed)
            .longs(size)
            .distinct()
            .mapToObj(ReplicaId::new)
            .sorted()
            .toArray(ReplicaId[]::new);
    return VersionVector.ofAscending(
        replicas, IntStream.range(0, replicas.length).mapToLong(i -> 7).toArray());
  }

  @Test
  void aThousandNamedAddressesDoNotKeepOutOneWhoSpeaks() {
    hello(HOSTILE, 6);
    for (int i = 0; i < 20; i++) {
      int first = 100 * i;
      send(
          HOSTILE,
          Hellos.of(
              "hostile",
              6,
              "hostile",
              IntStream.range(first, first + 100)
                  .mapToObj(port -> new HostPort("nowhere", 1 + port))
                  .toList()));
    }
    assertEquals(Gossip.PEERS_MAX, node.gossip.peers().size());
    hello(HONEST, 5);
    send(HONEST, new Message.Push("s", 1, writer.adds("x", 1)));
    assertEquals(1, Changes.elements(node.state("s")).size());
    assertEquals(Gossip.PEERS_MAX, node.gossip.peers().size());
  }
}
