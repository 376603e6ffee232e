package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.HostPort;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GossipMailboxTest {
  private static final int ROOM = 10;

  private final ActorSystem system =
      ActorSystem.create(
          "mailbox",
          ConfigFactory.parseString(
                  "pekko.actor.provider = remote, pekko.remote.artery.canonical"
                      + " { hostname = 127.0.0.1, port = 0 }")
              .withFallback(ConfigFactory.defaultReference())
              .resolve());
  private final GossipMailbox.Bytes mailbox =
      new GossipMailbox.Bytes(ROOM * (GossipMailbox.MESSAGE_BYTES + 1L));

  @AfterEach
  void stop() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private ActorRef peer(int port) {
    return ((ExtendedActorSystem) system)
        .provider()
        .resolveActorRef("pekko://hearsay@127.0.0.1:" + port + "/user/gossip");
  }

  private void send(ActorRef from) {
    mailbox.enqueue(ActorRef.noSender(), Envelope.apply(new byte[1], from));
  }

  private Object next() {
    return mailbox.dequeue().message();
  }

  @Test
  void whatPeersSendIsBoundedAndWhatIsLostIsToldOnce() {
    for (int i = 0; i < ROOM + 3; i++) {
      send(peer(1));
    }
    send(peer(2));
    // The node's own words always have room.
    mailbox.enqueue(ActorRef.noSender(), Envelope.apply(new GossipInput.Tick(), null));
    assertEquals(ROOM + 2, mailbox.numberOfMessages());
    for (int i = 0; i < ROOM; i++) {
      assertEquals(byte[].class, next().getClass());
    }
    GossipInput.Overrun overrun = (GossipInput.Overrun) next();
    assertEquals(
        Map.of(new HostPort("127.0.0.1", 1), 3, new HostPort("127.0.0.1", 2), 1),
        overrun.take().get().bySender());
    assertEquals(new GossipInput.Tick(), next());
    assertFalse(mailbox.hasMessages());
    assertNull(mailbox.dequeue());
  }

  @Test
  void whatIsLostOfMoreSendersThanAreToldApartAndOfNobodyIsCountedToo() {
    for (int i = 0; i < ROOM; i++) {
      send(peer(1));
    }
    send(ActorRef.noSender());
    send(system.deadLetters());
    for (int i = 0; i < GossipMailbox.SENDERS_MAX + 3; i++) {
      send(peer(1 + i));
    }
    send(peer(1));
    for (int i = 0; i < ROOM; i++) {
      next();
    }
    GossipMailbox.Dropped dropped = ((GossipInput.Overrun) next()).take().get();
    assertEquals(2, dropped.withoutSender());
    assertEquals(3, dropped.ofOthers());
    assertEquals(GossipMailbox.SENDERS_MAX, dropped.bySender().size());
    assertEquals(2, dropped.bySender().get(new HostPort("127.0.0.1", 1)));
    assertFalse(mailbox.hasMessages(), "told once");
  }

  @Test
  void thereIsRoomAgainForWhatWasLookedAt() {
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < ROOM; i++) {
        send(peer(1));
      }
      for (int i = 0; i < ROOM; i++) {
        assertEquals(byte[].class, next().getClass(), "round " + round);
      }
    }
    assertFalse(mailbox.hasMessages());
  }

  @Test
  void whatIsLostAfterItWasToldIsToldAgain() {
    for (int i = 0; i < ROOM + 1; i++) {
      send(peer(1));
    }
    for (int i = 0; i < ROOM; i++) {
      next();
    }
    assertEquals(1, ((GossipInput.Overrun) next()).take().get().bySender().size());
    for (int i = 0; i < ROOM + 1; i++) {
      send(peer(1));
    }
    assertEquals(ROOM + 1, mailbox.numberOfMessages());
  }
}
