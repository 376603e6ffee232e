package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Addresses that never answer, as behind a cut that drops packets: Linux drops whoever knocks at a
 * listener whose backlog is full. Time stands still unless the test moves it.
 */
class ProberTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String HOST = "127.0.0.1";
  private static final String SLOW = "slow-";

  private final AtomicLong millis = new AtomicLong(1_000);
  private final Set<HostPort> accepted = ConcurrentHashMap.newKeySet();
  private final CountDownLatch slowNames = new CountDownLatch(1);
  private final Map<String, InetAddress> addresses = new ConcurrentHashMap<>();
  private final ServerSocket full = listener(1);
  private final ServerSocket open = listener(50);
  private final Socket first = connected(full);
  private final Socket second = connected(full);
  private Prober prober = prober(Prober.CONNECTIONS_MAX);

  ProberTest() throws IOException {}

  @AfterEach
  void stop() throws IOException {
    prober.close();
    slowNames.countDown();
    for (Closeable each : List.of(first, second, full, open)) {
      each.close();
    }
  }

  /** With a thread for each connection, and four of them, it is never tried. */
  @Test
  void onePeerThatIsBackIsFoundAmongHundredsThatNeverAnswer() {
    knockAtTheSilent(200);
    Await.until("200 connections under way", () -> prober.connecting() == 200);
    prober.probe(here());
    Await.until("it is found", () -> accepted.contains(here()));
    assertEquals(200, prober.connecting(), "and none of the others had to be given up for it");
    assertEquals(Set.of(here()), accepted);
  }

  @Test
  void whoDoesNotAnswerInTimeMakesRoomForWhoWaits() {
    prober.close();
    prober = prober(4);
    knockAtTheSilent(10);
    Await.until("four are under way", () -> prober.connecting() == 4);
    prober.probe(here());
    millis.addAndGet(Prober.CONNECT_MILLIS_MAX - 1);
    assertFalse(accepted.contains(here()));
    assertEquals(4, prober.connecting(), "nobody is given up early");
    millis.addAndGet(1);
    Await.until(
        "it has its turn",
        () -> {
          assertTrue(prober.connecting() <= 4);
          millis.addAndGet(1);
          return accepted.contains(here());
        });
  }

  @Test
  void anAddressIsTriedAgainAfterItWasGivenUp() throws IOException {
    HostPort silent = new HostPort(HOST, full.getLocalPort());
    prober.probe(silent);
    Await.until("it is tried", () -> prober.connecting() == 1);
    prober.probe(silent);
    millis.addAndGet(Prober.CONNECT_MILLIS_MAX);
    Await.until("it is given up", () -> prober.connecting() == 0);
    full.accept().close();
    full.accept().close();
    Await.until(
        "it is found once it accepts",
        () -> {
          prober.probe(silent);
          return accepted.contains(silent);
        });
  }

  @Test
  void aRefusedAddressIsNoPeerAndHoldsNothingUp() throws IOException {
    HostPort refused = new HostPort(HOST, open.getLocalPort());
    open.close();
    prober.probe(refused);
    prober.probe(new HostPort("[::1]", refused.port()));
    prober.probe(new HostPort("300.1.2.3", refused.port()));
    Await.until("it was tried", () -> prober.connecting() == 0);
    assertEquals(Set.of(), accepted);
  }

  @Test
  void namesThatTakeLongToResolveHoldNobodyUp() {
    for (int i = 0; i < 5 * HostNames.LOOKUPS_MAX; i++) {
      prober.probe(new HostPort(SLOW + i, open.getLocalPort()));
    }
    prober.probe(here());
    Await.until("an address that needs no resolver is found", () -> accepted.contains(here()));
    assertEquals(Set.of(here()), accepted);
    slowNames.countDown();
    Await.until("and so are the names in the end", () -> accepted.size() > HostNames.LOOKUPS_MAX);
  }

  @Test
  void theLastAddressOfANameIsTriedWhileTheResolverIsSilent() {
    HostPort named = new HostPort("peer", open.getLocalPort());
    addresses.put("peer", LOOPBACK);
    prober.probe(named);
    Await.until("its name is resolved, and it is found", () -> accepted.contains(named));
    addresses.clear(); // the cut is between this node and the resolver, too
    for (int i = 0; i < 3; i++) {
      accepted.clear();
      millis.addAndGet(HostNames.FRESH_MILLIS);
      prober.probe(named);
      Await.until("it is found again", () -> accepted.contains(named));
    }
  }

  @Test
  void aNameThatNobodyKnowsIsAskedForAgain() {
    HostNames names = new HostNames(this::find, millis::get);
    assertNull(names.known("later", () -> {}));
    addresses.put("later", LOOPBACK);
    Await.until(
        "it is known once the resolver knows it",
        () -> {
          millis.addAndGet(HostNames.FRESH_MILLIS);
          return LOOPBACK.equals(names.known("later", () -> {}));
        });
    names.close();
  }

  @Test
  void whoIsFoundIsLeftAtOnce() throws IOException {
    prober.probe(here());
    try (Socket probe = open.accept()) {
      assertEquals(-1, probe.getInputStream().read(), "the connection is closed");
    }
  }

  @Test
  void nothingIsLeftOfItOnceItIsClosed() {
    knockAtTheSilent(50);
    Await.until("50 connections under way", () -> prober.connecting() == 50);
    prober.close();
    assertEquals(0, prober.connecting());
    prober.probe(here());
    assertEquals(0, prober.connecting());
  }

  private void knockAtTheSilent(int count) {
    for (int i = 0; i < count; i++) {
      addresses.put("silent-" + i, LOOPBACK);
      prober.probe(new HostPort("silent-" + i, full.getLocalPort()));
    }
  }

  private HostPort here() {
    return new HostPort(HOST, open.getLocalPort());
  }

  private Prober prober(int connectionsMax) {
    return new Prober(
        HOST, accepted::add, new HostNames(this::find, millis::get), connectionsMax, millis::get);
  }

  private InetAddress find(String host) throws UnknownHostException {
    if (host.startsWith(SLOW)) {
      try {
        slowNames.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return LOOPBACK;
    }
    InetAddress found = addresses.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    return found;
  }

  private static ServerSocket listener(int backlog) throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.bind(new InetSocketAddress(LOOPBACK, 0), backlog);
    return listener;
  }

  private static Socket connected(ServerSocket to) throws IOException {
    return new Socket(LOOPBACK, to.getLocalPort());
  }
}
