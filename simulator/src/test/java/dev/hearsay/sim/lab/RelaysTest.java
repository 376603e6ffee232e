package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RelaysTest {

  private static final Link AB = new Link(0, 1);
  private static final Link BA = new Link(1, 0);
  private static final int NOTHING_ARRIVES_MILLIS = 150;

  private Relays relays;
  private ServerSocket nodeB;
  private int portB;

  @BeforeEach
  void listen() throws IOException {
    relays = new Relays();
    portB = relays.listen(1);
    nodeB = new ServerSocket();
    nodeB.bind(new InetSocketAddress(LoopbackAddress.bound(1), portB));
  }

  @AfterEach
  void close() throws IOException {
    nodeB.close();
    relays.close();
  }

  @Test
  void bytesPassBothWaysAndAreCountedPerLink() throws IOException {
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      send(a, "question");
      assertEquals("question", receive(b, 8));
      send(b, "answer");
      assertEquals("answer", receive(a, 6));
      waitForTheRelayThread();
      assertEquals(8, relays.bytesPassed(AB));
      assertEquals(6, relays.bytesPassed(BA));
      assertEquals(14, relays.bytesPassed());
    }
  }

  @Test
  void aNodeHasNoLinkToItselfThatCouldBeCut() {
    for (CutMode mode : CutMode.values()) {
      assertThrows(IllegalArgumentException.class, () -> relays.cut(new Link(1, 1), mode));
    }
  }

  @Test
  void theEndOfAConnectionPassesToTheOtherSide() throws IOException {
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      send(a, "last words");
      a.shutdownOutput();
      assertEquals("last words", receive(b, 10));
      assertEquals(-1, b.getInputStream().read());
      send(b, "heard");
      b.shutdownOutput();
      assertEquals("heard", receive(a, 5));
      assertEquals(-1, a.getInputStream().read());
    }
  }

  @Test
  void aClosedLinkDropsItsConnectionsAndRefusesNewOnesUntilItHeals() throws IOException {
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      relays.cut(AB, CutMode.CLOSE);
      assertEnded(a);
      assertEnded(b);
      assertThrows(
          IOException.class,
          () -> {
            try (Socket refused = callFrom(0)) {
              assertNotEquals(-1, refused.getInputStream().read());
            }
          });
      relays.heal(AB);
    }
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      send(a, "again");
      assertEquals("again", receive(b, 5));
    }
  }

  @Test
  void aClosedLinkLeavesOtherCallersAlone() throws IOException {
    relays.cut(AB, CutMode.CLOSE);
    try (Socket c = callFrom(2);
        Socket b = nodeB.accept()) {
      send(c, "third");
      assertEquals("third", receive(b, 5));
    }
  }

  @Test
  void aFrozenLinkHoldsBytesBackInOneDirectionAndDeliversThemWhenItHeals() throws IOException {
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      send(a, "before");
      assertEquals("before", receive(b, 6));
      relays.cut(AB, CutMode.FREEZE);
      send(a, "during");
      send(b, "other way");
      assertEquals("other way", receive(a, 9));
      b.setSoTimeout(NOTHING_ARRIVES_MILLIS);
      assertThrows(SocketTimeoutException.class, () -> b.getInputStream().read());
      relays.heal(AB);
      b.setSoTimeout(0);
      assertEquals("during", receive(b, 6));
    }
  }

  @Test
  void aConnectionOpenedWhileFrozenWaitsToo() throws IOException {
    relays.cut(AB, CutMode.FREEZE);
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      send(a, "late");
      b.setSoTimeout(NOTHING_ARRIVES_MILLIS);
      assertThrows(SocketTimeoutException.class, () -> b.getInputStream().read());
      relays.heal(AB);
      b.setSoTimeout(0);
      assertEquals("late", receive(b, 4));
    }
  }

  @Test
  void aSlowReaderGetsEverythingInOrder() throws Exception {
    byte[] bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);
    try (Socket a = callFrom(0);
        Socket b = nodeB.accept()) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  a.getOutputStream().write(bytes);
                  a.shutdownOutput();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertArrayEquals(bytes, b.getInputStream().readAllBytes());
      sending.get();
      waitForTheRelayThread();
      assertEquals(bytes.length, relays.bytesPassed(AB));
    }
  }

  @Test
  void aCallerSeesTheEndWhenTheNodeBehindIsDown() throws IOException {
    nodeB.close();
    try (Socket a = callFrom(0)) {
      assertEnded(a);
    }
  }

  @Test
  void twoLabsTakeDifferentPortsOnTheSameAddresses() throws IOException {
    try (Relays other = new Relays()) {
      assertNotEquals(portB, other.listen(1));
    }
  }

  @Test
  void callersAreKnownByTheirAddress() {
    assertEquals(7, LoopbackAddress.nodeOf(LoopbackAddress.bound(7)));
    assertEquals(7, LoopbackAddress.nodeOf(LoopbackAddress.announced(7)));
    assertEquals(Link.OUTSIDE, LoopbackAddress.nodeOf(InetAddress.getLoopbackAddress()));
  }

  private Socket callFrom(int node) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(LoopbackAddress.bound(node), 0));
    socket.connect(new InetSocketAddress(LoopbackAddress.announced(1), portB));
    return socket;
  }

  /** Bytes are counted after they passed on; an order runs after whatever the thread was at. */
  private void waitForTheRelayThread() {
    relays.heal(AB);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String receive(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }

  /** Ended by either a reset or an orderly end. */
  private static void assertEnded(Socket socket) throws IOException {
    socket.setSoTimeout(5_000);
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException reset) {
      assertTrue(socket.isConnected());
    }
  }
}
