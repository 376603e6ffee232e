package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Messages whose version vectors name closed vectors say what they would say without. */
class ClosedMessagesTest {
  private static final int KINDS = RandomMessages.KINDS;

  /** Closes every vector of the message, and opens it again where it arrives. */
  private static final class Pair {
    private final Random random;
    private final Map<Digest, ClosedVector> known = new HashMap<>();
    private final List<Message.ClosedRef> refs = new ArrayList<>();
    private int place;
    private BinaryOperator<VersionVector> opening = VersionVector::join;
    private boolean claims;

    Pair(long seed) {
      random = new Random(seed);
    }

    Message sent(Message message) {
      Message inner = MessageVectors.map(message, (space, vector) -> close(vector));
      return refs.isEmpty() ? message : new Message.Closed(refs, inner);
    }

    private VersionVector close(VersionVector vector) {
      int at = place++;
      ClosedVector closed = ClosedVector.of(part(vector));
      if (random.nextInt(4) == 0 || closed.size() == 0) {
        return vector;
      }
      known.put(closed.hash(), closed);
      refs.add(new Message.ClosedRef(at, closed.hash()));
      return closed.open(vector);
    }

    /** Of some entries all, of some a part. */
    private VersionVector part(VersionVector vector) {
      VersionVector part = VersionVector.EMPTY;
      for (int i = 0; i < vector.size(); i++) {
        long counter = vector.counterAt(i);
        switch (random.nextInt(3)) {
          case 0 -> part = part.with(vector.replicaAt(i), counter);
          case 1 -> part = part.with(vector.replicaAt(i), 1 + (counter - 1) / 2);
          default -> {}
        }
      }
      return claims ? part.with(new ReplicaId(random.nextLong()), 3) : part;
    }

    Message received(byte[] bytes) {
      if (!(MessageFormat.decode(bytes) instanceof Message.Closed closed)) {
        return MessageFormat.decode(bytes);
      }
      int[] at = new int[2];
      return MessageVectors.map(
          closed.inner(),
          (space, vector) -> {
            boolean named =
                at[1] < closed.refs().size() && closed.refs().get(at[1]).vector() == at[0];
            at[0]++;
            return named
                ? opening.apply(known.get(closed.refs().get(at[1]++).hash()).vector(), vector)
                : vector;
          });
    }
  }

  private static boolean comesThrough(Pair pair, Message message) {
    Message received = pair.received(MessageFormat.encode(pair.sent(message)));
    return Arrays.equals(MessageFormat.encode(message), MessageFormat.encode(received));
  }

  private static Message any(long seed) {
    RandomMessages messages = new RandomMessages(new Random(seed));
    Message message = messages.of((int) Math.floorMod(seed, (long) KINDS));
    return message instanceof Message.Closed closed ? closed.inner() : message;
  }

  @Property(tries = 2_000)
  void aMessageSaysTheSameWhateverIsClosed(@ForAll long seed) {
    assertTrue(comesThrough(new Pair(seed), any(seed)), () -> any(seed).toString());
  }

  /** Planted: what was closed is forgotten where it arrives. */
  @Test
  void aForgottenRetiredReplicaIsFound() {
    assertTrue(isFound(pair -> pair.opening = (closed, open) -> open));
  }

  /** Planted: a closed vector is named by one that has not all of it. */
  @Test
  void aClaimToMoreThanThereIsIsFound() {
    assertTrue(isFound(pair -> pair.claims = true));
  }

  private static boolean isFound(Consumer<Pair> fault) {
    for (long seed = 0; seed < 200; seed++) {
      Pair pair = new Pair(seed);
      fault.accept(pair);
      if (!comesThrough(pair, any(seed))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void everyVectorBetweenHoldersCanBeClosed() {
    Map<String, Integer> counts = new HashMap<>();
    for (long seed = 0; seed < 2_000; seed++) {
      Message message = any(seed);
      counts.merge(message.getClass().getSimpleName(), MessageVectors.count(message), Math::max);
    }
    for (String kind :
        List.of("Rows", "BucketRows", "Frontiers", "Want", "StateResume", "Handover", "Covered")) {
      assertTrue(counts.get(kind) > 0, kind);
    }
    for (String kind :
        List.of("AckAsk", "AckTell", "StandTell", "VoteTell", "Doubt", "BookTell", "Fork")) {
      assertTrue(counts.get(kind) > 0, kind);
    }
  }

  @Test
  void whatCannotBeIsRejected() {
    Digest hash = new Digest(1, 2);
    Message want = new Message.Want("s", VersionVector.EMPTY.with(new ReplicaId(5), 6));
    Message.ClosedRef first = new Message.ClosedRef(0, hash);
    Message.ClosedRef second = new Message.ClosedRef(1, hash);
    Message.Closed good = new Message.Closed(List.of(first), want);
    assertEquals(good, MessageFormat.decode(MessageFormat.encode(good)));
    for (Message bad :
        List.of(
            new Message.Closed(List.of(), want),
            new Message.Closed(List.of(second), want),
            new Message.Closed(List.of(first, first), want),
            new Message.Closed(List.of(first), new Message.PushAck(1)),
            new Message.Closed(List.of(first), good),
            new Message.Closing("s", new ClosingTalk.Tell(hash, hash, 3, 3, vectorOf(1))),
            new Message.Closing("s", new ClosingTalk.Tell(hash, hash, 3, 0, vectorOf(0))),
            new Message.Closing(
                "s",
                new ClosingTalk.Tell(
                    hash,
                    hash,
                    ClosingTalk.ENTRIES_MAX + 1,
                    0,
                    vectorOf(ClosingTalk.ENTRIES_MAX + 1))))) {
      byte[] bytes = MessageFormat.encode(bad);
      RejectedException refused =
          assertThrows(RejectedException.class, () -> MessageFormat.decode(bytes), bad::toString);
      assertEquals(RejectedException.Reason.MALFORMED, refused.reason());
    }
  }

  private static VersionVector vectorOf(int entries) {
    Map<ReplicaId, Long> all = new HashMap<>();
    for (int i = 0; i < entries; i++) {
      all.put(new ReplicaId(i), 1L);
    }
    return VersionVector.of(all);
  }
}
