package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever addresses there are, those are remembered at which a peer is. */
class PeerLinksTest {
  private static final int ADDRESSES = 10_000;
  private static final Message HELLO = Hellos.of("self", 1, "self", List.of());

  private final ActorSystem system =
      ActorSystem.create(
          "links",
          ConfigFactory.parseString("pekko.log-dead-letters = off, pekko.loglevel = OFF")
              .withFallback(ConfigFactory.defaultReference()));
  private final Set<HostPort> peers = new HashSet<>();
  private final PeerLinks links =
      new PeerLinks(system, ActorRef.noSender(), new TrafficBook(), peers::contains);

  @AfterEach
  void close() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static HostPort address(int number) {
    return new HostPort("127.1.1.1", 1 + number);
  }

  private void send(int number) {
    links.send(new Effect.Send(address(number), HELLO));
  }

  @Test
  void inventedOutsidersAreAnsweredAndNotRemembered() {
    for (int i = 0; i < ADDRESSES; i++) {
      send(i);
    }
    assertEquals(0, links.size());
  }

  @Test
  void peersThatCameAndWentAreForgotten() {
    for (int i = 0; i < ADDRESSES; i++) {
      peers.add(address(i));
      if (i >= Gossip.PEERS_MAX) {
        peers.remove(address(i - Gossip.PEERS_MAX));
      }
      send(i);
    }
    assertTrue(links.size() <= PeerLinks.REFS_MAX, links.size() + " are remembered");
    assertTrue(links.size() >= Gossip.PEERS_MAX, "those that are there are");
    links.forget(address(ADDRESSES - 1));
    int left = links.size();
    send(ADDRESSES - 1);
    assertEquals(left + 1, links.size());
  }
}
