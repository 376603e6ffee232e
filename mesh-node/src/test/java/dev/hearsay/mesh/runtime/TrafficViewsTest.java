package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshTraffic;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted inside is told outside, each under its own name. */
class TrafficViewsTest {
  private static final HostPort PEER = new HostPort("peer", 1);

  private final Gossip gossip =
      new Gossip(
          new HostPort("self", 1), Hellos.of("self", 1, "self", List.of()), GossipSettings.DEFAULT);
  private final TrafficBook book = new TrafficBook();

  private MeshTraffic traffic() {
    return TrafficViews.of(gossip, book, 0, 0);
  }

  @Test
  void whatIsOutsideIsCountedAmongWhatIsRejected() {
    book.rejected(PEER, 3, "some reason");
    book.outside(new Effect.Outside(PEER, 2, true, "it is of mesh 'b'"));
    assertEquals(2, traffic().messagesOutside());
    assertEquals(5, traffic().messagesRejected());
    assertEquals(5, book.metrics().rejected());
    assertEquals("it is of mesh 'b'", book.metrics().peers().get(0).lastRejection());
  }

  @Test
  void messagesInPiecesThatWereForgottenAreNamedLikeTheOtherBounds() {
    assertEquals(Map.of("fragments", 3L), TrafficViews.of(gossip, book, 3, 0).forgotten());
    assertEquals(Map.of(), traffic().forgotten());
    book.forgot(RemoteStates.LABEL);
    book.forgot(RemoteStates.LABEL);
    assertEquals(Map.of("proxied", 2L), traffic().forgotten());
  }

  @Test
  void closedVectorsThatAreNotHereAreCounted() {
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, 0);
    gossip.onMessage(PEER, Hellos.of("peer", 2, "peer", List.of()), 0);
    Message want = new Message.Want("s", VersionVector.EMPTY);
    Digest hash = new Digest(1, 2);
    gossip.onMessage(PEER, new Message.Closed(List.of(new Message.ClosedRef(0, hash)), want), 0);
    assertEquals(1, traffic().closedUnknown());
    assertEquals(0, traffic().closedRefused());
    assertEquals(List.of(), Collections.unmodifiableList(traffic().transfers()));
  }
}
