package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.runtime.control.RemoteSettings;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.RandomMessages;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real nodes, and somebody at their data port who is none. */
class HostileConnectionTest {
  private static final int PACKETS = 5_000;

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private final int hostilePort = TestNodes.freePort();
  private TestNodes nodes;
  private MeshNode first;
  private MeshNode second;

  @BeforeEach
  void start() {
    nodes = new TestNodes(directory);
    first = nodes.start("a", a, b);
    second = nodes.start("b", b, a);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  /** Says nothing by itself, and hears nothing. */
  private static final class Mute extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(message -> {}).build();
    }
  }

  private void writeAndSeeElsewhere(String element) {
    Space space = first.agent("x").space("s");
    space.orSet("set", String.class).add(element);
    Await.until("b knows the space", () -> second.spaces().contains("s"));
    Space other = second.agent("y").space("s");
    Await.until(element, () -> other.orSet("set", String.class).contains(element));
  }

  private NodeMetrics.PeerTraffic traffic(String address) {
    return first.metrics().peers().stream()
        .filter(peer -> peer.address().equals(address))
        .findFirst()
        .orElseGet(
            () ->
                new NodeMetrics.PeerTraffic(
                    address, new TreeMap<>(), new TreeMap<>(), 0, "", 0, 0));
  }

  private static ActorSystem hostileSystem(HostPort hostile) {
    return ActorSystem.create(
        "hostile",
        RemoteSettings.data(hostile, hostile)
            .withFallback(ConfigFactory.defaultReference())
            .resolve());
  }

  private ActorRef target(ActorSystem system) {
    return ((ExtendedActorSystem) system)
        .provider()
        .resolveActorRef("pekko://hearsay@127.0.0.1:" + a + "/user/gossip");
  }

  @Test
  void whatHasNoRoomToWaitIsCountedUnderItsSender() throws Exception {
    writeAndSeeElsewhere("before");
    HostPort hostile = new HostPort("127.0.0.1", hostilePort);
    ActorSystem system = hostileSystem(hostile);
    try {
      ActorRef sender = system.actorOf(Props.create(Mute.class), "gossip");
      ActorRef target = target(system);
      Message hello = Hellos.of("hostile", 6, "hostile", List.of());
      target.tell(MessageFormat.encode(hello), sender);
      // It does not say which branches it has, so that all of it has to wait.
      Changes changes = new Changes(78);
      for (int i = 0; i < 100; i++) {
        Message push = new Message.Push("s", 1 + i, List.of(changes.add("x" + i)));
        target.tell(MessageFormat.encode(push), sender);
      }
      Await.until("it is counted", () -> traffic(hostile.toString()).heldDropped() >= 36);
      assertEquals(0, traffic(second.address()).heldDropped());
      Await.until("in all", () -> first.traffic().heldDropped() >= 36);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    writeAndSeeElsewhere("after");
  }

  @Test
  void aStormOfPacketsIsCountedUnderItsSenderAndDisturbsNobody() throws Exception {
    writeAndSeeElsewhere("before");
    HostPort hostile = new HostPort("127.0.0.1", hostilePort);
    ActorSystem system = hostileSystem(hostile);
    try {
      ActorRef sender = system.actorOf(Props.create(Mute.class), "gossip");
      ActorRef target = target(system);
      Random random = new Random(1);
      RandomMessages messages = new RandomMessages(random, List.of("s", "hearsay/catalogue"));
      target.tell("not even bytes", sender);
      for (int i = 0; i < PACKETS; i++) {
        target.tell(packet(random, messages), sender);
        if (i % 500 == 0) {
          // Artery has no backpressure: what is not paced is lost before it does any harm.
          writeAndSeeElsewhere("during " + i);
        }
      }
      target.tell(new byte[] {'H', 99, 1}, sender);
      Await.until(
          "the version is complained of",
          () -> traffic(hostile.toString()).lastRejection().contains("version 99"));
      target.tell(new byte[] {'H', 1, (byte) 255}, sender);
      Await.until(
          "the kind is complained of",
          () -> traffic(hostile.toString()).lastRejection().contains("255"));
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    writeAndSeeElsewhere("after");
    long rejected = traffic(hostile.toString()).rejected();
    assertTrue(rejected > 100, first.metrics().toString());
    assertTrue(first.traffic().messagesRejected() >= rejected, "both are the same book's");
    assertEquals(0, traffic(second.address()).rejected());
    assertEquals(
        first.agent("x").space("s").orSet("set", String.class).values(),
        second.agent("y").space("s").orSet("set", String.class).values());
  }

  private int diverged(String address) {
    return first.peers().stream()
        .filter(peer -> peer.address().equals(address))
        .mapToInt(PeerStatus::divergedSpaces)
        .sum();
  }

  /** By their frontiers the spaces of a damaged peer are the same. */
  @Test
  void whoHasOtherContentAtTheSameFrontiersIsNamedAndCounted() throws Exception {
    int spaces = 10;
    for (int i = 0; i < spaces; i++) {
      String name = "s" + i;
      first.agent("x").space(name).flag("f").enable();
      Await.until("b knows " + name, () -> second.spaces().contains(name));
      Await.until("b has " + name, () -> second.agent("y").space(name).flag("f").isOn());
    }
    Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    HostPort hostile = new HostPort("127.0.0.1", hostilePort);
    ActorSystem system = hostileSystem(hostile);
    try {
      ActorRef sender = system.actorOf(Props.create(Mute.class), "gossip");
      ActorRef target = target(system);
      Message hello = Hellos.of("hostile", 6, "hostile", List.of());
      target.tell(MessageFormat.encode(hello), sender);
      for (int i = 0; i < spaces; i++) {
        VersionVector frontier = first.agent("x").space("s" + i).frontier().versions();
        Message.Row row = new Message.Row("s" + i, frontier, new Digest(1, 2));
        Message rows = new Message.Rows(List.of(row), /* answer= */ true);
        target.tell(MessageFormat.encode(rows), sender);
        target.tell(MessageFormat.encode(rows), sender);
      }
      Await.until("all are counted", () -> diverged(hostile.toString()) == spaces);
    } finally {
      logger.detachAppender(log);
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    assertEquals(0, diverged(second.address()));
    List<String> lines =
        log.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.startsWith("equal frontiers and unequal content with " + hostile))
            .toList();
    assertEquals(4, lines.size(), "the 1st, 2nd, 4th and 8th of " + lines);
    assertTrue(lines.get(0).contains("space 's0'"), lines.get(0));
    writeAndSeeElsewhere("after");
  }

  /** Without changes: what looks like one is, and a mesh believes its members. */
  private static byte[] packet(Random random, RandomMessages messages) {
    Message message = messages.any();
    while (message instanceof Message.Push || message instanceof Message.Answer) {
      message = messages.any();
    }
    byte[] valid = MessageFormat.encode(message);
    switch (random.nextInt(4)) {
      case 0 -> valid[random.nextInt(valid.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> valid = Arrays.copyOf(valid, random.nextInt(valid.length));
      case 2 -> random.nextBytes(valid);
      default -> {}
    }
    return valid;
  }

  @Test
  void whoeverDoesNotSpeakTheProtocolOfTheTransportDisturbsNobody() throws IOException {
    writeAndSeeElsewhere("before");
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a)) {
        byte[] noise = new byte[random.nextInt(4_000)];
        random.nextBytes(noise);
        socket.getOutputStream().write(noise);
        socket.getOutputStream().flush();
      } catch (IOException closedByTheOtherSide) {
        assertFalse(socketIsMissing(closedByTheOtherSide), closedByTheOtherSide::toString);
      }
    }
    writeAndSeeElsewhere("after");
  }

  private static boolean socketIsMissing(IOException e) {
    return e instanceof ConnectException;
  }

  @Test
  void whatPassesIsCountedByKindOnBothSides() {
    writeAndSeeElsewhere("they meet, and repair may have brought it");
    writeAndSeeElsewhere("pushed");
    NodeMetrics.PeerTraffic atFirst = traffic(second.address());
    assertTrue(atFirst.sent().get("Push").messages() > 0, atFirst.toString());
    assertTrue(atFirst.sent().get("Hello").bytes() > 0, atFirst.toString());
    NodeMetrics.PeerTraffic atSecond =
        second.metrics().peers().stream()
            .filter(peer -> peer.address().equals(first.address()))
            .findFirst()
            .orElseThrow();
    assertTrue(atSecond.received().get("Push").messages() > 0, atSecond.toString());
    assertTrue(
        second.metrics().bytesReceived() <= first.metrics().bytesSent(),
        second.metrics() + " of " + first.metrics());
    assertEquals(0, first.metrics().rejected());
  }
}
