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
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RandomMessages;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
  private static final HostPort HOSTILE = new HostPort("hostile", 1);
  private static final HostPort HONEST = new HostPort("honest", 1);
  private static final long HEAP_GROWTH_MAX = 256L << 20;

  /** For each packet that it is sent, a node says no more than this. */
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  private final FuzzedNode node = new FuzzedNode(SPACES);
  private final Changes writer = new Changes(77);

  /** Draws packets of all sorts. */
  private static final class Storm {
    final Random random;
    final RandomMessages messages;
    final List<byte[]> sent = new ArrayList<>();
    private final Changes future = new Changes(78);
    private long fragmentIds;

    Storm(long seed) {
      random = new Random(seed);
      messages = new RandomMessages(random, SPACES);
      future.adds("x", 3); // which nobody gets, so that what follows waits for ever
    }

    List<byte[]> next() {
      List<byte[]> packets = draw();
      sent.addAll(packets);
      if (sent.size() > 1_000) {
        sent.subList(0, 500).clear();
      }
      return packets;
    }

    private List<byte[]> draw() {
      byte[] valid = MessageFormat.encode(message());
      return switch (random.nextInt(10)) {
        case 0, 1, 2 -> List.of(valid);
        case 3 -> List.of(mutated(valid));
        case 4 -> List.of(Arrays.copyOf(valid, random.nextInt(valid.length + 1)));
        case 5 -> List.of(noise(random.nextInt(300)));
        case 6 -> List.of(mutated(fragments().get(0)));
        case 7 -> fragments();
        case 8 -> repeated();
        default -> List.of(Arrays.copyOf(valid, valid.length + random.nextInt(100)));
      };
    }

    private Message message() {
      if (random.nextInt(8) == 0) {
        return new Message.Push(
            SPACES.get(random.nextInt(2)),
            1 + random.nextInt(1000),
            List.of(future.add("future" + random.nextInt())));
      }
      return messages.any();
    }

    private byte[] mutated(byte[] packet) {
      byte[] bytes = packet.clone();
      for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return bytes;
    }

    private byte[] noise(int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      if (length > 3 && random.nextBoolean()) {
        bytes[0] = 'H';
        bytes[1] = 1;
        bytes[2] = (byte) random.nextInt(20);
      }
      return bytes;
    }

    /** Of a message that may be whole, and may come in any order. */
    private List<byte[]> fragments() {
      byte[] large = noise(Fragments.FRAGMENT_BYTES + 1 + random.nextInt(200_000));
      large[0] = 'H';
      List<byte[]> fragments = new ArrayList<>(Fragments.split(large, ++fragmentIds));
      if (random.nextBoolean()) {
        Collections.shuffle(fragments, random);
      }
      return fragments.subList(0, 1 + random.nextInt(fragments.size()));
    }

    private List<byte[]> repeated() {
      if (sent.isEmpty()) {
        return List.of();
      }
      int from = random.nextInt(sent.size());
      List<byte[]> some =
          new ArrayList<>(sent.subList(from, Math.min(sent.size(), from + random.nextInt(10))));
      Collections.shuffle(some, random);
      return some;
    }
  }

  private void hello(HostPort from, long incarnation) {
    send(from, new Message.Hello(from.host(), incarnation, from.host(), List.of()));
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
    Storm storm = new Storm(seed);
    long packets = 0;
    for (int i = 0; i < PACKETS; i++) {
      for (byte[] packet : storm.next()) {
        node.packet(HOSTILE, packet);
        packets++;
      }
      if (i % 100 == 0) {
        node.tick(50);
        node.write("s", "own" + i);
        send(HONEST, new Message.Push("s", 1 + i, List.of(writer.add("honest" + i))));
      }
      if (i % 1_000 == 999) {
        checkBounds(packets);
      }
    }
    checkBounds(packets);
    assertTrue(node.rejected.get(HOSTILE) > PACKETS / 10, node.rejected.toString());
    assertFalse(node.rejected.containsKey(HONEST), node.rejected.toString());
    List<String> elements = Changes.elements(node.state("s"));
    for (int i = 0; i < PACKETS; i += 100) {
      assertTrue(elements.contains("own" + i) && elements.contains("honest" + i), "lost " + i);
    }
    long grown = liveHeapBytes() - heapBefore;
    assertTrue(grown < HEAP_GROWTH_MAX, grown + " bytes of heap are kept");
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
    node.said.clear();
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
          new Message.Hello(
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
