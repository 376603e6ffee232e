package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RandomMessages;
import dev.hearsay.mesh.wire.RemoteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node that serves spaces to those that do not hold them, and one that asks anything: mutated,
 * cut, oversized, repeated and wrong messages of all kinds that proxied access has. {@code
 * -Dhearsay.fuzz.packets=N} sends more.
 */
class HostileAskerTest {
  private static final int PACKETS = Integer.getInteger("hearsay.fuzz.packets", 10_000);
  private static final HostPort HOSTILE = new HostPort("hostile", 1);
  private static final HostPort HONEST = new HostPort("honest", 1);
  private static final String CATALOGUE = "hearsay/catalogue";

  private final NodeThreads threads = new NodeThreads("test");
  private final Queue<SpaceCommand> commands = new ConcurrentLinkedQueue<>();
  private final Queue<SpaceCommand> ofBooks = new ConcurrentLinkedQueue<>();
  private final Queue<GossipInput.SendRemote> said = new ConcurrentLinkedQueue<>();
  private final AtomicLong saidBytes = new AtomicLong();
  private final Map<HostPort, Long> rejected = new ConcurrentHashMap<>();
  private final SpaceCell cell =
      new SpaceCell("s", Runnable::run, ResidentsTest.unbounded(), c -> commands::add, c -> {});
  private final SpaceCell books =
      new SpaceCell(
          CATALOGUE, Runnable::run, ResidentsTest.unbounded(), c -> ofBooks::add, c -> {});
  private final RemoteSpaces remotes =
      new RemoteSpaces(
          new RemoteConfig(RemoteAccess.PROXY, Duration.ofMillis(200), Duration.ofSeconds(1)),
          threads,
          Map.of("s", cell, CATALOGUE, books),
          new TrafficBook(),
          this::take);
  private final Changes writer = new Changes(7);
  private final Fragments fragments = new Fragments();

  @AfterEach
  void close() {
    remotes.close();
    threads.close();
  }

  private void take(GossipInput input) {
    if (input instanceof GossipInput.SendRemote send) {
      saidBytes.addAndGet(MessageFormat.encode(send.message()).length);
      if (send.to().equals(HONEST)) {
        said.add(send);
      }
    } else if (input instanceof GossipInput.RemoteRefused refused) {
      rejected.merge(refused.from(), 1L, Long::sum);
    }
  }

  /** As the gossip does it with what comes. */
  private void packet(HostPort from, byte[] packet) {
    Message message;
    try {
      Optional<byte[]> whole = fragments.join(packet);
      if (whole.isEmpty()) {
        return;
      }
      message = MessageFormat.decode(whole.get());
    } catch (RejectedException e) {
      rejected.merge(from, 1L, Long::sum);
      return;
    }
    if (message instanceof Message.Remote remote) {
      remotes.onMessage(from, remote);
    }
  }

  private static final class Storm {
    private final Random random;
    private final RandomMessages messages;
    private final Changes future = new Changes(78);
    private final List<byte[]> sent = new ArrayList<>();

    Storm(long seed) {
      random = new Random(seed);
      messages = new RandomMessages(random, List.of("s", "elsewhere", CATALOGUE));
    }

    byte[] next() {
      byte[] valid = MessageFormat.encode(message());
      byte[] packet =
          switch (random.nextInt(8)) {
            case 0 -> mutated(valid);
            case 1 -> Arrays.copyOf(valid, random.nextInt(valid.length + 1));
            case 2 -> Arrays.copyOf(valid, valid.length + 1 + random.nextInt(100));
            case 3 -> sent.isEmpty() ? valid : sent.get(random.nextInt(sent.size()));
            default -> valid;
          };
      if (sent.size() < 1_000) {
        sent.add(packet);
      } else {
        sent.set(random.nextInt(sent.size()), packet);
      }
      return packet;
    }

    private byte[] mutated(byte[] packet) {
      packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      return packet;
    }

    private String space() {
      return List.of("s", "s", "elsewhere", CATALOGUE).get(random.nextInt(4));
    }

    private VersionVector vector() {
      VersionVector some = VersionVector.EMPTY.with(new ReplicaId(7), 1 + random.nextInt(500));
      return random.nextBoolean() ? VersionVector.EMPTY : some;
    }

    /** Of few numbers, so that questions meet what was asked before. */
    private Message message() {
      long request = random.nextInt(200);
      return switch (random.nextInt(7)) {
        case 0, 1 ->
            new Message.Fetch(request, space(), vector(), vector(), random.nextInt(86_400_000));
        case 2 -> new Message.FetchMore(request, random.nextInt(1 << 24));
        case 3 ->
            new Message.Fetched(
                request, random.nextInt(3), 3, Piece.of(new byte[random.nextInt(50_000)]));
        case 4 -> new Message.Submit(request, space(), future.add("x" + random.nextInt()));
        case 5 -> new Message.Outcome(request, RemoteResult.DONE, "anything");
        default -> messages.any();
      };
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aNodeOutlivesAnyStormAndServesTheHonestBesides(long seed) {
    writer.adds("x".repeat(1_000), 300); // of which a diff takes several pieces
    cell.publish(writer.state());
    books.publish(SpaceState.EMPTY);
    Storm storm = new Storm(seed);
    for (int i = 0; i < PACKETS; i++) {
      packet(HOSTILE, storm.next());
      if (i % 100 == 0) {
        checkBounds();
      }
      if (i % 500 == 0) {
        refuseAll();
      }
      if (i % 1_000 == 999) {
        fetchHonestly(i);
      }
    }
    assertTrue(rejected.get(HOSTILE) > PACKETS / 20, rejected.toString());
    assertFalse(rejected.containsKey(HONEST), rejected.toString());
    long most = (long) PACKETS * RemoteExchange.PIECES_AT_ONCE * (RemoteExchange.PIECE_BYTES + 100);
    assertTrue(saidBytes.get() < most, saidBytes + " bytes said");
    assertTrue(ofBooks.isEmpty(), "the books are handed nothing");
  }

  private void checkBounds() {
    int underWay = remotes.server().underWay();
    assertTrue(underWay <= RemoteServer.UNDER_WAY_MAX, underWay + " are under way");
    long bytes = remotes.server().diffBytes();
    assertTrue(bytes <= RemoteServer.DIFF_BYTES_MAX, bytes + " bytes are held");
    int handedOn = commands.size();
    assertTrue(handedOn <= RemoteServer.UNDER_WAY_PEER_MAX, handedOn + " changes wait");
  }

  /** The space takes nothing of what was handed in. */
  private void refuseAll() {
    for (SpaceCommand next = commands.poll(); next != null; next = commands.poll()) {
      ((SpaceCommand.Adopt) next).notTaken().run();
    }
  }

  private void fetchHonestly(long request) {
    said.clear();
    packet(
        HONEST,
        MessageFormat.encode(
            new Message.Fetch(request, "s", VersionVector.EMPTY, VersionVector.EMPTY, 0)));
    Await.until(
        "the honest is served",
        () -> said.stream().anyMatch(send -> send.message() instanceof Message.Fetched));
    Message.Fetched first = (Message.Fetched) said.element().message();
    packet(HONEST, MessageFormat.encode(new Message.FetchMore(request, first.count())));
  }

  @Test
  void changesThatAreHandedInWhileTheJournalStallsAreBounded() {
    cell.publish(SpaceState.EMPTY);
    List<EncodedChange> changes = writer.adds("x", 1_000);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < changes.size(); i++) {
        long request = round * 1_000L + i;
        remotes.onMessage(HOSTILE, new Message.Submit(request, "s", changes.get(i)));
      }
      int last = round;
      // They are told that it takes long, and hand in the same and more.
      Await.until("round " + last, () -> saidBytes.get() > 0);
      saidBytes.set(0);
      assertEquals(RemoteServer.UNDER_WAY_PEER_MAX, commands.size());
    }
    assertTrue(rejected.get(HOSTILE) > 2_000, rejected.toString());
    remotes.onMessage(HONEST, new Message.Submit(1, "s", new Changes(8).add("y")));
    assertEquals(RemoteServer.UNDER_WAY_PEER_MAX + 1, commands.size(), "others have room");
    // What the space does not take, and what is written, makes room.
    ((SpaceCommand.Adopt) commands.remove()).notTaken().run();
    assertEquals(RemoteServer.UNDER_WAY_PEER_MAX, remotes.server().underWay());
    cell.publish(writer.state());
    assertEquals(1, remotes.server().underWay(), "the honest one's is not written yet");
  }

  @Test
  void aStateThatNoHolderMaySendIsAnOffence() {
    EncodedChange change = writer.add("x");
    RemoteExchange submit = new RemoteExchange(HOSTILE, new Message.Submit(1, "s", change));
    Message.Fetched whole = new Message.Fetched(1, 0, 1, Piece.of(new byte[10]));
    assertNotNull(submit.offence(whole), "it would pass for a confirmed write");
    assertFalse(submit.reply().isDone());

    RemoteExchange fetch = fetch();
    assertNull(fetch.offence(new Message.Fetched(2, 0, 3, Piece.of(new byte[10]))));
    fetch.take(new Message.Fetched(2, 0, 3, Piece.of(new byte[10])));
    assertNotNull(fetch.offence(new Message.Fetched(2, 1, 4, Piece.of(new byte[10]))));
    int tooLarge = RemoteExchange.PIECE_BYTES + 1;
    assertNotNull(fetch.offence(new Message.Fetched(2, 1, 3, Piece.of(new byte[tooLarge]))));
    assertFalse(fetch.reply().isDone());
  }

  @Test
  void aStateThatNeverEndsIsGivenUpAtTheLimit() {
    RemoteExchange fetch = fetch();
    Piece piece = Piece.of(new byte[RemoteExchange.PIECE_BYTES]);
    int taken = 0;
    for (int i = 0; !fetch.reply().isDone(); i++) {
      Message.Fetched next = new Message.Fetched(2, i, 1 << 24, piece);
      if (fetch.offence(next) == null) {
        fetch.take(next);
        taken++;
      }
    }
    assertEquals(10, taken);
    assertEquals(RemoteResult.REFUSED, fetch.reply().join().result());
  }

  private static RemoteExchange fetch() {
    VersionVector nothing = VersionVector.EMPTY;
    return new RemoteExchange(
        HOSTILE,
        new Message.Fetch(2, "s", nothing, nothing, 0),
        10L * RemoteExchange.PIECE_BYTES + 5);
  }
}
