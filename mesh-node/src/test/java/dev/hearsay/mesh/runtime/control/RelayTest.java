package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import dev.hearsay.mesh.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that announce another address than the one they bind, as behind a relay. */
@Timeout(60)
class RelayTest {
  private static final String OUTBOUND =
      "pekko.remote.artery.advanced.tcp.outbound-client-hostname";
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void nodesMeetThroughRelaysAndConnectFromTheirOwnAddress() throws Exception {
    TestNode one = start("a", "127.0.0.21", "127.0.0.31");
    TestNode two = start("b", "127.0.0.22", "127.0.0.32", one.address().toString());
    Await.until(
        Duration.ofSeconds(20),
        () -> one.isExactly("a", "b") && two.isExactly("a", "b"),
        () -> one.plane().members() + " " + two.plane().members());
    for (AutoCloseable each : open) {
      if (each instanceof Relay relay) {
        String other = relay.serves("127.0.0.21") ? "127.0.0.22" : "127.0.0.21";
        assertTrue(relay.clients().contains(other), () -> "connections from " + relay.clients());
        assertEquals(1, relay.clients().size(), () -> "connections from " + relay.clients());
      }
    }
  }

  @Test
  void theClientAddressIsSetOnlyWhereItCanBeUsed() {
    HostPort bind = new HostPort("127.0.0.2", 7401);
    HostPort announce = new HostPort("127.0.0.3", 7402);
    assertEquals("127.0.0.2", RemoteSettings.data(announce, bind).getString(OUTBOUND));
    assertFalse(RemoteSettings.data(bind, bind).hasPath(OUTBOUND));
    Config anywhere = RemoteSettings.data(announce, new HostPort("0.0.0.0", 7401));
    assertFalse(anywhere.hasPath(OUTBOUND));
    assertEquals("0.0.0.0", anywhere.getString("pekko.remote.artery.bind.hostname"));
    assertEquals(7402, anywhere.getInt("pekko.remote.artery.canonical.port"));
  }

  private TestNode start(String name, String bindHost, String announceHost, String... peers)
      throws Exception {
    Relay data = relay(bindHost, announceHost);
    Relay control = relay(bindHost, announceHost);
    TestNode node =
        TestNode.start(
            name,
            data.announced(),
            data.target(),
            new ControlSettings(control.announced(), control.target(), Duration.ofDays(1)),
            peers);
    open.add(node);
    return node;
  }

  private Relay relay(String bindHost, String announceHost) throws Exception {
    Relay relay = new Relay(FreePorts.on(announceHost), FreePorts.on(bindHost));
    open.add(relay);
    return relay;
  }
}
