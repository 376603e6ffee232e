package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.MeshNodeBuilder;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.runtime.control.RemoteSettings;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real nodes of two meshes that have each other's addresses, and directories of meshes. */
class MeshesTest {
  @TempDir Path directory;

  private final List<MeshNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(MeshNode::close);
  }

  private MeshNodeBuilder builder(String name, int port, int... peers) {
    return MeshNode.builder()
        .name(name)
        .dataDirectory(directory.resolve(name))
        .listen("127.0.0.1", port)
        .join(Arrays.stream(peers).mapToObj(p -> "127.0.0.1:" + p).toArray(String[]::new));
  }

  private MeshNode start(MeshNodeBuilder builder) {
    MeshNode node = builder.start();
    nodes.add(node);
    return node;
  }

  private static OrSet<String> set(MeshNode node) {
    return node.agent(node.name()).space("s").orSet("set", String.class);
  }

  private static List<String> outsiders(MeshNode node) {
    return node.peers().stream()
        .filter(peer -> !peer.mesh().isEmpty() && !peer.mesh().equals(node.mesh()))
        .map(peer -> peer.mesh() + "/" + peer.name())
        .toList();
  }

  private static PeerStatus peer(MeshNode of, MeshNode peer) {
    return of.peers().stream()
        .filter(status -> status.address().equals(peer.address()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(peer.name() + " is not among " + of.peers()));
  }

  /** Every node has the addresses of all. */
  @Test
  void twoMeshesThatArePointedAtEachOtherStayTwo() {
    int[] ports = Stream.generate(TestNodes::freePort).limit(4).mapToInt(p -> p).toArray();
    Logger logger = (Logger) LoggerFactory.getLogger(TrafficBook.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      MeshNode a1 = start(builder("a1", ports[0], ports).mesh("a"));
      MeshNode b1 = start(builder("b1", ports[1], ports).mesh("b"));
      set(a1).add("of a");
      set(b1).add("of b");
      MeshNode a2 = start(builder("a2", ports[2], ports).mesh("a"));
      MeshNode b2 = start(builder("b2", ports[3], ports)); // of the default mesh
      set(b2).add("of none");
      Await.until("a2 has it", () -> set(a2).values().equals(Set.of("of a")));
      List<MeshNode> all = List.of(a1, b1, a2, b2);
      for (MeshNode node : all) {
        int others = node.mesh().equals("a") ? 2 : 3;
        Await.until(node.name() + " names them", () -> outsiders(node).size() == others);
        // Also those that look for a cluster: some seconds of messages of every sort.
        Await.until("they are counted", () -> node.traffic().messagesOutside() >= 10);
        assertTrue(node.traffic().messagesRejected() >= node.traffic().messagesOutside());
      }
      assertEquals(List.of("b/b1", "hearsay/b2"), outsiders(a1).stream().sorted().toList());
      assertEquals(Names.MESH_DEFAULT, b2.mesh());
      Await.until("a1 and a2 are in one cluster", () -> peer(a1, a2).member());
      assertEquals("a", peer(a1, a2).mesh());
      for (MeshNode node : all) {
        List<String> known = node.nodes().stream().map(NodeStatus::name).toList();
        assertEquals(
            node.mesh().equals("a") ? List.of("a1", "a2") : List.of(node.name()),
            known.stream().sorted().toList());
        for (PeerStatus peer : node.peers()) {
          assertEquals(peer.mesh().equals(node.mesh()), peer.reachable(), peer::toString);
        }
      }
      set(a1).add("later");
      Await.until("a2 has it", () -> set(a2).contains("later"));
      assertEquals(Set.of("of b"), set(b1).values());
      assertEquals(Set.of("of none"), set(b2).values());
      String atB1 =
          a1.metrics().peers().stream()
              .filter(peer -> peer.address().equals(b1.address()))
              .findFirst()
              .orElseThrow()
              .lastRejection();
      assertTrue(atB1.contains("mesh 'b'"), atB1);
      String named = "at " + b1.address() + ", node 'b1' is of mesh 'b', not 'a'";
      List<String> lines =
          List.copyOf(log.list).stream()
              .filter(event -> event.getLevel() == Level.WARN)
              .map(ILoggingEvent::getFormattedMessage)
              .toList();
      assertEquals(
          2,
          lines.stream().filter(line -> line.startsWith(named)).count(),
          () -> "once by a1, and once by a2: " + lines);
    } finally {
      logger.detachAppender(log);
    }
  }

  /** Its peer goes on sending to the address for a while, and says what it has. */
  @Test
  void aNodeThatTakesOverAnAddressOfAnotherMeshGetsNothingOfIt() {
    int one = TestNodes.freePort();
    int two = TestNodes.freePort();
    MeshNode first = start(builder("first", one, two).mesh("a"));
    MeshNode second = start(builder("second", two, one).mesh("a"));
    set(first).add("x");
    Await.until("second has it", () -> set(second).contains("x"));
    second.close();
    MeshNode third = start(builder("third", two).mesh("b"));
    set(first).add("y");
    Await.until("it is refused", () -> third.traffic().messagesOutside() > 0);
    Await.until("first knows", () -> outsiders(first).equals(List.of("b/third")));
    assertEquals(Set.of(), third.spaces());
    assertEquals(Set.of(), set(third).values());
    third.close();
    MeshNode again = start(builder("second", two, one));
    assertEquals("a", again.mesh());
    Await.until("it is back", () -> set(again).values().equals(Set.of("x", "y")));
  }

  /** Keeps the answers to questions about spaces. */
  private static final class Asker extends AbstractActor {
    private final Queue<Message> answers;

    Asker(Queue<Message> answers) {
      this.answers = answers;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(byte[].class, this::onBytes).matchAny(other -> {}).build();
    }

    private void onBytes(byte[] bytes) {
      Message message = MessageFormat.decode(bytes);
      if (message instanceof Message.Remote) {
        answers.add(message);
      }
    }
  }

  /** Such questions do not go through the gossip of the node. */
  @Test
  void whoIsOutsideIsNotServedASpaceThatItAsksFor() {
    HostPort address = new HostPort("127.0.0.1", TestNodes.freePort());
    Config proxies = ConfigFactory.parseString("hearsay.space.remote-access = proxy");
    Queue<Message> answers = new ConcurrentLinkedQueue<>();
    ActorSystem system =
        ActorSystem.create(
            DataSystem.NAME,
            RemoteSettings.data(address, address)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    try (TestNodes own = new TestNodes(directory)) {
      MeshNode node = own.start("n", proxies);
      set(node).add("x");
      ActorRef asker =
          system.actorOf(Props.create(Asker.class, () -> new Asker(answers)), GossipActor.NAME);
      String path = "pekko://" + DataSystem.NAME + "@" + node.address() + "/user/gossip";
      ActorRef target = ((ExtendedActorSystem) system).provider().resolveActorRef(path);
      VersionVector none = VersionVector.EMPTY;
      for (Message message :
          List.of(
              new Message.Fetch(1, "s", none, none, 0),
              new Message.Hello("b", "id", 7, "outsider", List.of()),
              new Message.Fetch(2, "s", none, none, 0),
              Hellos.of("id", 7, "peer", List.of()),
              new Message.Fetch(3, "s", none, none, 0))) {
        target.tell(MessageFormat.encode(message), asker);
      }
      Await.until("the last one is answered", () -> !answers.isEmpty());
      for (Message answer : answers) {
        assertEquals(3, ((Message.Remote) answer).request(), answers::toString);
      }
      assertEquals(3, node.traffic().messagesOutside());
    } finally {
      system.terminate();
    }
  }

  private String refusal(MeshNodeBuilder builder) {
    HearsayException refused = assertThrows(HearsayException.class, builder::start);
    assertEquals(ErrorCode.DATA_DIRECTORY_UNUSABLE, refused.code());
    return String.valueOf(refused.getMessage());
  }

  private List<String> files(String name) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory.resolve(name))) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        boolean isLock = file.toString().endsWith("hearsay.lock");
        files.add(file + (isLock ? "" : " " + Arrays.hashCode(Files.readAllBytes(file))));
      }
    }
    return files;
  }

  @Test
  void aDirectoryBelongsToItsMesh() throws IOException {
    try (MeshNode node = builder("n", 0).mesh("a").start()) {
      set(node).add("x");
    }
    List<String> before = files("n");
    String why = refusal(builder("n", 0).mesh("b"));
    Path file = directory.resolve("n").resolve("mesh.name");
    assertTrue(
        why.contains("belongs to mesh 'a'")
            && why.contains("'b'")
            && why.contains("delete " + file),
        why);
    assertEquals(before, files("n"));
    for (String name : new String[] {"a", null}) {
      MeshNodeBuilder again = builder("n", 0);
      try (MeshNode node = (name == null ? again : again.mesh(name)).start()) {
        assertEquals("a", node.mesh());
        assertEquals(Set.of("x"), set(node).values());
      }
    }
    Files.delete(file);
    try (MeshNode node = builder("n", 0).mesh("b").start()) {
      assertEquals("b", node.mesh());
      assertEquals(Set.of("x"), set(node).values(), "what it has is taken over");
    }
  }

  @Test
  void aDirectoryWithoutANameGetsTheOneThatIsAskedForOrTheDefault() throws IOException {
    try (MeshNode node = builder("n", 0).start()) {
      assertEquals(Names.MESH_DEFAULT, node.mesh());
    }
    Path file = directory.resolve("n").resolve("mesh.name");
    assertEquals("hearsay-mesh 1\nhearsay\n", Files.readString(file));
    Files.delete(file); // as an earlier build leaves it
    MeshNodeBuilder occupied;
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      occupied = builder("n", other.getLocalPort()).mesh("c");
      assertEquals(
          ErrorCode.ADDRESS_IN_USE, assertThrows(HearsayException.class, occupied::start).code());
      assertFalse(Files.exists(file), "a start that failed chose nothing");
    }
    try (MeshNode node = builder("n", 0).mesh("d").start()) {
      assertEquals("d", node.mesh());
    }
  }

  @Test
  void aNameThatCannotBeReadStopsTheStartAndStays() throws IOException {
    Path file = Files.createDirectories(directory.resolve("n")).resolve("mesh.name");
    for (String content : List.of("", "hearsay-mesh 2\na\n", "hearsay-mesh 1\n\n", "a\nb\nc\n")) {
      Files.writeString(file, content);
      assertTrue(refusal(builder("n", 0).mesh("a")).contains("mesh.name"), content);
      assertEquals(content, Files.readString(file));
    }
  }

  @Test
  void whatIsNoNameOfAMeshIsRefused() {
    for (String name : List.of("", "a\nb", "x".repeat(129), "hearsay/x")) {
      MeshNodeBuilder builder = builder("n", 0).mesh(name);
      HearsayException refused = assertThrows(HearsayException.class, builder::start);
      assertEquals(ErrorCode.INVALID_NAME, refused.code(), name);
      assertFalse(Files.exists(directory.resolve("n")));
    }
  }

  /** The one that left said goodbye, and the one that came knows nobody. */
  @Test
  void aNodeThatTakesOverAnAddressOfItsOwnMeshIsMet() {
    int one = TestNodes.freePort();
    int two = TestNodes.freePort();
    MeshNode first = start(builder("first", one, two));
    MeshNode second = start(builder("second", two, one));
    set(first).add("x");
    Await.until("second has it", () -> set(second).contains("x"));
    second.close();
    MeshNode third = start(builder("third", two));
    Await.until("third has it", () -> set(third).contains("x"));
  }
}
