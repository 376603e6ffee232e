package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.RandomMessages;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Draws packets of all sorts, as a hostile peer sends them to a {@link FuzzedNode}. */
final class HostileStorm {
  private final List<String> spaces;
  private final Random random;
  private final RandomMessages messages;
  private final List<byte[]> sent = new ArrayList<>();
  private final Changes future = new Changes(78);
  private final Deque<Message> asked = new ArrayDeque<>();
  private long fragmentIds;

  HostileStorm(long seed, List<String> spaces) {
    this.spaces = spaces;
    random = new Random(seed);
    messages = new RandomMessages(random, spaces);
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
    return switch (random.nextInt(8)) {
      case 0 ->
          new Message.Push(
              space(), 1 + random.nextInt(1000), List.of(future.add("future" + random.nextInt())));
      case 1 -> new Message.Fork(space(), aboutBranches());
      case 2 -> asked.isEmpty() ? messages.any() : answer(asked.removeFirst());
      default -> messages.any();
    };
  }

  private String space() {
    return spaces.get(random.nextInt(spaces.size()));
  }

  /** Of replicas that are there. */
  private ForkTalk aboutBranches() {
    ReplicaId replica = new ReplicaId(List.of(1L, 77L, 78L).get(random.nextInt(3)));
    long counter = 1L + random.nextInt(50);
    return switch (random.nextInt(3)) {
      case 0 ->
          new ForkTalk.Heads(
              List.of(new ForkTalk.Head(replica, counter, random.nextLong())),
              random.nextBoolean() ? List.of(replica) : List.of(),
              random.nextBoolean());
      case 1 -> new ForkTalk.WantLinks(replica, counter, random.nextLong());
      default ->
          new ForkTalk.Links(
              replica,
              counter,
              random.nextBoolean(),
              VersionVector.EMPTY.with(replica, counter + 1),
              List.of(new ForkTalk.Link(counter + 1, counter + 1, random.nextLong())));
    };
  }

  /** What it was asked comes back with the number of the question, and says anything. */
  private Message answer(Message question) {
    if (question instanceof ChainAsk ask) {
      long target = 1L + random.nextInt(100);
      return new ChainTell(
          ask.space(),
          ask.request(),
          random.nextBoolean() ? "hostile" : "honest",
          6,
          List.of(new ForkTalk.Head(new ReplicaId(1), target, random.nextLong())),
          null);
    } else if (question instanceof Message.VoteAsk ask) {
      return new Message.VoteTell(
          ask.space(),
          ask.request(),
          "hostile",
          random.nextBoolean(),
          ask.ballot(),
          random.nextBoolean() ? ask.ballot() : Ballot.NONE,
          random.nextBoolean() ? List.of("hostile") : List.of(),
          VersionVector.EMPTY,
          VoterView.NONE);
    } else if (question instanceof Message.Handover offer) {
      return new Message.Covered(
          offer.space(), random.nextBoolean() ? offer.frontier() : VersionVector.EMPTY);
    }
    return messages.any();
  }

  /** What the node has said to it. */
  void heard(Message message) {
    boolean asks =
        message instanceof ChainAsk
            || message instanceof Message.VoteAsk
            || message instanceof Message.Handover;
    if (asks && asked.size() < 100) {
      asked.add(message);
    }
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
