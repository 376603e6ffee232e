package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.wire.ClosingTalk;
import org.junit.jupiter.api.Test;

/** What a peer says about the size of a closed vector binds it. */
class PeerClosingsTest {
  private static final Digest HASH = new Digest(1, 2);

  private static VersionVector entries(int from, int to) {
    VersionVector vector = VersionVector.EMPTY;
    for (int i = from; i < to; i++) {
      vector = vector.with(new ReplicaId(i), 1);
    }
    return vector;
  }

  private static PeerClosings.Incoming incoming() {
    ClosedVector below = ClosedVector.of(entries(1, 10));
    return new PeerClosings.Incoming(HASH, below.hash(), below.vector(), 0);
  }

  private static ClosingTalk.Tell tell(
      PeerClosings.Incoming incoming, int total, VersionVector entries) {
    return new ClosingTalk.Tell(HASH, incoming.ask().base(), total, incoming.ask().from(), entries);
  }

  @Test
  void aSizeThatOverflowsWithWhatIsKnownIsRefused() {
    PeerClosings.Incoming incoming = incoming();
    RejectedException why =
        assertThrows(
            RejectedException.class,
            () -> incoming.add(tell(incoming, Integer.MAX_VALUE, entries(20, 30)), 0));
    assertEquals(RejectedException.Reason.LIMIT_EXCEEDED, why.reason());
    assertEquals(0, incoming.size());
  }

  @Test
  void noMoreComesThanWasSaidAtFirst() {
    PeerClosings.Incoming incoming = incoming();
    assertTrue(incoming.add(tell(incoming, 20, entries(20, 30)), 0).isEmpty());
    ClosingTalk.Tell grown = tell(incoming, 40, entries(30, 40));
    assertThrows(RejectedException.class, () -> incoming.add(grown, 0));
    ClosingTalk.Tell longer = tell(incoming, 20, entries(30, 41));
    assertThrows(RejectedException.class, () -> incoming.add(longer, 0));
    assertEquals(10, incoming.size());
  }
}
