package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What waits is bounded by what it holds, and not by how few bytes it came in. */
class WaitersTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final int LARGE = 1 << 18;

  private static final VersionVector LARGE_TARGET =
      VersionVector.ofAscending(
          LongStream.rangeClosed(1, LARGE).mapToObj(ReplicaId::new).toArray(ReplicaId[]::new),
          LongStream.rangeClosed(1, LARGE).map(i -> 1).toArray());

  private final Waiters waiters = new Waiters(new Traffic());

  private void ask(long request, VersionVector target, long nowMillis) {
    Message.AckAsk ask = new Message.AckAsk("s", request, target, 0, /* recovering= */ false);
    waiters.add(PEER, ask, request, target, nowMillis);
  }

  @Test
  void largeTargetsFillItSooner() {
    IntStream.range(0, 10).forEach(request -> ask(request, LARGE_TARGET, 0));
    assertEquals(Waiters.ENTRIES_MAX, waiters.entries());
    // One that asks once more takes no further room, and what is given up makes some.
    ask(0, VersionVector.EMPTY.with(new ReplicaId(1), 1), 0);
    assertEquals(Waiters.ENTRIES_MAX - LARGE + 1, waiters.entries());
    waiters.expire(Long.MAX_VALUE);
    assertEquals(0, waiters.entries());
    ask(11, LARGE_TARGET, 0);
    assertEquals(LARGE, waiters.entries());
  }
}
