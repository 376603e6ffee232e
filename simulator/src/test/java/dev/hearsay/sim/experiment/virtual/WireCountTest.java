package dev.hearsay.sim.experiment.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ClosingTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WireCountTest {
  private static final ReplicaId A = new ReplicaId(1);
  private static final ReplicaId B = new ReplicaId(2);
  private static final VersionVector TWO = VersionVector.EMPTY.with(A, 3).with(B, 4);

  private static String counted(Message message) {
    WireCount count = new WireCount("s");
    count.count(message);
    return count.elements() + " and " + count.metadata();
  }

  @Test
  void statesInPiecesCount() {
    assertEquals("0 and 1", counted(new Message.StateOffer("s", 1, false, 40, 900, 10)));
    assertEquals("40 and 1", counted(piece("s", 40)));
    assertEquals("0 and 0", counted(piece("another", 40)));
    assertEquals("0 and 6", counted(new Message.StateResume("s", TWO, TWO, TWO)));
    TreeMap<ReplicaId, ReplicaHead> heads = new TreeMap<>();
    heads.put(A, new ReplicaHead(3, TWO, 7));
    StateDiff empty = SpaceState.EMPTY.diff(VersionVector.EMPTY);
    byte[] head =
        DiffFormat.encode(new StateDiff(TWO, heads, empty.latest(), List.of(), empty.living()));
    // Of the message, of its base, and of the replica, whose past is the base and not said again;
    // more follows it, which is of the elements.
    assertEquals("0 and 4", countedHead(head, head.length));
    // Read when it is whole, and each piece is a message; the first one is asked for again.
    assertEquals("0 and 6", countedHead(head, 0, 5, head.length));
    assertEquals("0 and 7", countedHead(head, 5, 0, 5, head.length));
  }

  /** What a head counts for that goes in pieces which end there; after an end it begins anew. */
  private static String countedHead(byte[] head, int... ends) {
    WireCount count = new WireCount("s");
    count.count(new Message.StateOffer("s", 1, false, 40, 900, head.length));
    int from = 0;
    for (int end : ends) {
      int to = end == 0 ? 3 : end;
      from = end == 0 ? 0 : from;
      Piece piece = Piece.of(Arrays.copyOfRange(head, from, to));
      count.count(new Message.StateHead("s", 1, from, /* last= */ false, piece));
      from = to;
    }
    return count.elements() + " and " + (count.metadata() - 1);
  }

  private static Message piece(String space, int elements) {
    return new Message.StatePiece(space, 1, 0, elements, true, Piece.of(new byte[9]));
  }

  @Test
  void whatIsSaidAboutBranchesAndClosedVectorsCounts() {
    assertEquals("0 and 3", counted(new Message.AckAsk("s", 1, TWO, 0, false)));
    assertEquals("0 and 2", counted(new Message.Doubt("s", TWO)));
    assertEquals("0 and 2", counted(new Message.GraftIn("s", List.of(A, B))));
    assertEquals("0 and 1", counted(new Message.ClosedUnknown(List.of(Digest.ZERO))));
    assertEquals(
        "0 and 4",
        counted(
            new Message.Closing("s", new ClosingTalk.Tell(Digest.ZERO, Digest.ZERO, 2, 0, TWO))));
    assertEquals(
        "0 and 3",
        counted(
            new Message.Fork(
                "s", new ForkTalk.Heads(List.of(new ForkTalk.Head(A, 3, 9)), List.of(B), true))));
    assertEquals(
        "0 and 3",
        counted(
            new Message.Closed(
                List.of(new Message.ClosedRef(0, Digest.ZERO)), new Message.Want("s", TWO))));
  }

  @Test
  void whatIsNeverSaidWhereAllHoldTheSpaceIsRefused() {
    refuses("do not say Fetch", count -> count.count(new Message.FetchMore(1, 2)));
    refuses(
        "do not say Handover", count -> count.count(new Message.Handover("s", TWO, Digest.ZERO)));
    refuses(
        "that was not offered",
        count -> count.count(new Message.StateHead("s", 1, 5, true, Piece.of(new byte[1]))));
  }

  private static void refuses(String why, Consumer<WireCount> what) {
    WireCount count = new WireCount("s");
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> what.accept(count));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
  }

  @Test
  void kindsOfKindsAreFound() {
    List<Class<?>> kinds = WireCount.kinds(Message.class);
    assertTrue(kinds.contains(Message.StatePiece.class), kinds::toString);
    assertTrue(kinds.contains(Message.Fetch.class), kinds::toString);
    assertTrue(kinds.stream().allMatch(Class::isRecord), kinds::toString);
  }
}
