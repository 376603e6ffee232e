package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficBookTest {
  private static final HostPort PEER = new HostPort("peer", 1);

  private final TrafficBook book = new TrafficBook();

  private NodeMetrics.PeerTraffic of(String address) {
    return book.metrics().peers().stream()
        .filter(peer -> peer.address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ofManyAlikeThePowersOfTwoAreWorthALine() {
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      TrafficBook.Tally tally = book.rejected(PEER, 1, "why");
      if (tally.isDue()) {
        told.add(tally.count());
      }
    }
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L), told);
  }

  @Test
  void severalAtOnceAreWorthALineIfTheyPassAPowerOfTwo() {
    assertTrue(book.rejected(PEER, TrafficBook.Kind.CHANGE, 3, "why").isDue());
    assertTrue(book.rejected(PEER, TrafficBook.Kind.CHANGE, 3, "why").isDue(), "6 are past 4");
    assertFalse(book.rejected(PEER, TrafficBook.Kind.CHANGE, 1, "why").isDue(), "7");
    assertTrue(book.rejected(PEER, TrafficBook.Kind.CHANGE, 100, "why").isDue(), "107");
  }

  @Test
  void eachKindAndPeerIsToldForItselfAndCountedTogether() {
    for (int i = 0; i < 5; i++) {
      book.rejected(PEER, 1, "unreadable");
    }
    assertTrue(book.rejected(PEER, TrafficBook.Kind.STATE, 1, "too large").isDue());
    assertTrue(book.rejected(new HostPort("other", 1), 1, "unreadable").isDue());
    assertEquals(6, of("peer:1").rejected());
    assertEquals("too large", of("peer:1").lastRejection());
    assertEquals(7, book.rejected());
  }

  @Test
  void peersForWhomThereIsNoLineShareOneAndDoNotFillTheLog() {
    for (int i = 0; i < Gossip.PEERS_MAX; i++) {
      book.received(new HostPort("peer", 1 + i), new Message.PushAck(1), 10);
    }
    int lines = 0;
    for (int i = 0; i < 1_000; i++) {
      HostPort stranger = new HostPort("stranger" + i, 1);
      lines += book.rejected(stranger, 1, "why").isDue() ? 1 : 0;
      book.received(stranger, new Message.PushAck(1), 10);
      book.duplicates(stranger, 2);
    }
    assertEquals(10, lines);
    assertEquals(Gossip.PEERS_MAX + 1, book.metrics().peers().size());
    NodeMetrics.PeerTraffic others = of(NodeMetrics.OTHERS);
    assertEquals(1_000, others.rejected());
    assertEquals(new NodeMetrics.Traffic(1_000, 10_000), others.received().get("PushAck"));
    assertEquals(2_000, others.duplicates());
    assertEquals(20_000, book.metrics().bytesReceived());
    assertEquals(0, of("peer:1").rejected());
  }

  @Test
  void messagesWithoutASenderAreCountedAndToldNowAndThen() {
    int lines = 0;
    for (int i = 0; i < 100; i++) {
      lines += book.withoutSender(1).isDue() ? 1 : 0;
    }
    assertEquals(7, lines);
    assertEquals(100, book.rejected());
    assertEquals(List.of(), book.metrics().peers());
    assertEquals(150, book.withoutSender(50).count());
    assertEquals(150, book.rejected());
  }

  @Test
  void messagesThatHadNoRoomAreCountedWhoeverSentThem() {
    Map<HostPort, Integer> bySender = Map.of(PEER, 3);
    new Refusals(book).overrun(new GossipMailbox.Dropped(bySender, /* ofOthers= */ 4, 5));
    assertEquals(3, of("peer:1").rejected());
    assertEquals(4, of(NodeMetrics.OTHERS).rejected());
    assertEquals("they came too fast", of(NodeMetrics.OTHERS).lastRejection());
    assertEquals(12, book.rejected());
  }

  @Test
  void whatWasHereAlreadyAndWhatHadNoRoomIsCountedUnderItsSender() {
    book.duplicates(PEER, 3);
    book.heldDropped(PEER, 4);
    book.heldDropped(PEER, 1);
    assertEquals(3, of("peer:1").duplicates());
    assertEquals(5, of("peer:1").heldDropped());
    assertEquals(0, of("peer:1").rejected());
  }
}
