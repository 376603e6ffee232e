package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real actor systems, several nodes in one JVM, on addresses of their own. */
@Timeout(60)
class ControlPlaneTest {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneTest.class);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<TestNode> nodes = new ArrayList<>();
  private final HostPort a = FreePorts.on("127.0.0.11");
  private final HostPort b = FreePorts.on("127.0.0.12");
  private final HostPort c = FreePorts.on("127.0.0.13");

  @AfterEach
  void closeAll() {
    nodes.forEach(TestNode::close);
  }

  @ParameterizedTest
  @CsvSource({"a,b", "a,c", "b,c"})
  void anyTwoOfThreeConfiguredPeersFormACluster(String first, String second) {
    TestNode one = start(first, addressOf(first), a, b, c);
    TestNode two = start(second, addressOf(second), a, b, c);
    long millis = awaitCluster(one, two);
    report("measured: pair " + first + second + " up after " + millis + " ms");
  }

  @Test
  void nodesOfTwoMeshesFormNoCluster() {
    List<String> all = Arrays.asList(a.toString(), b.toString(), c.toString());
    String[] peers = all.toArray(String[]::new);
    TestNode one = TestNode.ofMesh("m", "a", a, ControlSettings.ephemeral(a.host()), peers);
    nodes.add(one);
    TestNode other = TestNode.ofMesh("n", "b", b, ControlSettings.ephemeral(b.host()), peers);
    nodes.add(other);
    TestNode two = TestNode.ofMesh("m", "c", c, ControlSettings.ephemeral(c.host()), peers);
    nodes.add(two);
    awaitCluster(one, two);
    awaitCluster(other);
    for (TestNode node : List.of(one, two)) {
      Await.until(SOON, () -> node.outside.containsKey(b.toString()), () -> node.outside);
      assertEquals(Set.of("id-a", "id-c"), node.plane().directory().keySet());
    }
    String who = String.valueOf(other.outside.get(a.toString()));
    assertTrue(who.contains("mesh 'm', not 'n'"), who);
    assertEquals(Set.of("id-b"), other.plane().directory().keySet());
  }

  /** One on the port of a member of another mesh: the transport refuses it. */
  @Test
  void aControlSystemOfAnotherMeshDoesNotGetInWhereItIsTold() {
    ControlSystem one = ControlSystem.start(ControlSettings.ephemeral(a.host()), "m", rows -> {});
    ControlSystem two = ControlSystem.start(ControlSettings.ephemeral(c.host()), "m", rows -> {});
    ControlSystem other = ControlSystem.start(ControlSettings.ephemeral(b.host()), "n", rows -> {});
    try {
      one.joinSelf();
      Await.until(SOON, () -> one.view().isMember(), one::view);
      other.join(List.of(one.address()));
      two.join(List.of(one.address()));
      Await.until(SOON, () -> one.members().size() == 2 && two.view().isMember(), one::members);
      assertEquals(List.of(), other.members());
    } finally {
      for (ControlSystem each : List.of(one, two, other)) {
        assertTrue(each.terminate(SOON));
      }
    }
  }

  @Test
  void threeFormAndSeeEachOthersRows() {
    TestNode one = start("a", a, a, b, c);
    TestNode two = start("b", b, a, b, c);
    TestNode three = start("c", c, a, b, c);
    long millis = awaitCluster(one, two, three);
    report("measured: three up after " + millis + " ms");
    for (TestNode node : nodes) {
      Await.until(SOON, () -> node.plane().directory().size() == 3, node.plane()::directory);
    }
    NodeRow row = two.plane().directory().get("id-a");
    assertEquals(a, row.data());
    assertEquals(one.plane().control().orElseThrow(), row.control());
    assertEquals(Set.of("agent"), row.roles());
  }

  @Test
  void aNodeThatKnowsOneAddressLearnsTheOthers() {
    TestNode one = start("a", a);
    TestNode two = start("b", b, a);
    TestNode three = start("c", c, b);
    awaitCluster(one, two, three);
    Await.until(
        SOON, () -> three.learned.equals(Set.of(a.toString(), b.toString())), () -> three.learned);
  }

  @Test
  void changedLoadIsSeenEverywhere() {
    TestNode one = start("a", a, b);
    TestNode two = start("b", b, a);
    awaitCluster(one, two);
    one.plane().report(new NodeLoad(-250, 750));
    Await.until(
        SOON,
        () -> {
          NodeRow row = two.plane().directory().get("id-a");
          return row != null && row.loadPermille() == 750 && row.clockOffsetMillis() == -250;
        },
        two.plane()::directory);
  }

  @Test
  void clustersThatFormedApartBecomeOneWhenTheyMeet() {
    TestNode one = start("a", a, b);
    TestNode two = start("b", b, a);
    TestNode three = start("c", c);
    awaitCluster(one, two);
    awaitCluster(three);
    ControlAddress before = three.plane().control().orElseThrow();
    one.plane().report(new NodeLoad(0, 1));
    three.plane().knownAddresses(List.of(a.toString()));
    long millis = awaitCluster(one, two, three);
    report("measured: merged after " + millis + " ms");
    assertNotEquals(before, three.plane().control().orElseThrow(), "the smaller one gave way");
    for (TestNode node : nodes) {
      Await.until(SOON, () -> node.plane().directory().size() == 3, node.plane()::directory);
    }
  }

  @Test
  void aKilledNodeComesBackAndLeavesNoGhost() {
    TestNode one = start("a", a, b, c);
    TestNode two = start("b", b, a, c);
    TestNode three = start("c", c, a, b);
    awaitCluster(one, two, three);
    nodes.remove(three);
    three.kill();
    TestNode again = three.startAgain(a.toString(), b.toString());
    nodes.add(again);
    long usable =
        Await.until(SOON, () -> again.up().equals(Set.of("a", "b", "c")), again.plane()::members);
    long millis = usable + awaitCluster(one, two, again);
    report(
        "measured: restarted node usable after "
            + usable
            + " ms, ghost gone after "
            + millis
            + " ms");
  }

  @Test
  void aNodeComesBackWhileAnotherIsUnreachable() {
    TestNode one = start("a", a, b, c);
    TestNode two = start("b", b, a, c);
    TestNode three = start("c", c, a, b);
    awaitCluster(one, two, three);
    nodes.remove(two);
    two.kill();
    Await.until(SOON, () -> one.up().equals(Set.of("a", "c")), one.plane()::members);
    nodes.remove(three);
    three.kill();
    TestNode again = three.startAgain(a.toString(), b.toString());
    nodes.add(again);
    long usable =
        Await.until(
            SOON,
            () -> one.up().equals(Set.of("a", "c")) && again.up().equals(Set.of("a", "c")),
            () -> one.plane().members() + " " + again.plane().members());
    report("measured: restarted beside an unreachable third, usable after " + usable + " ms");
    TestNode back = two.startAgain(a.toString(), c.toString());
    nodes.add(back);
    awaitCluster(one, back, again);
  }

  @Test
  void aNodeWithAFixedControlPortComesBack() {
    HostPort port = FreePorts.on("127.0.0.12");
    TestNode one = start("a", a, b);
    TestNode two =
        TestNode.start("b", b, new ControlSettings(port, port, Duration.ofDays(1)), a.toString());
    nodes.add(two);
    awaitCluster(one, two);
    nodes.remove(two);
    two.kill();
    TestNode again = two.startAgain(a.toString());
    nodes.add(again);
    awaitCluster(one, again);
  }

  @Test
  void aClosedNodeLeavesTheClusterAtOnce() {
    TestNode one = start("a", a, b);
    TestNode two = start("b", b, a);
    awaitCluster(one, two);
    nodes.remove(two);
    two.close();
    // Well before the failure detector could have missed it.
    Await.until(Duration.ofSeconds(2), () -> one.up().equals(Set.of("a")), one.plane()::members);
  }

  @Test
  void closingLeavesNeitherThreadsNorSockets() {
    TestNode one = start("a", a, b);
    TestNode two = start("b", b, a);
    awaitCluster(one, two);
    HostPort control = one.plane().control().orElseThrow().address();
    nodes.clear();
    one.close();
    two.close();
    Await.until(SOON, () -> threads().isEmpty(), ControlPlaneTest::threads);
    assertTrue(FreePorts.isFree(a), "the data port is free again");
    assertTrue(FreePorts.isFree(control), "the control port is free again");
  }

  @Test
  void anOccupiedControlPortFailsNothingAndIsTakenWhenItIsFree() throws Exception {
    HostPort control = FreePorts.on("127.0.0.11");
    TestNode one;
    try (var taken = FreePorts.occupy(control)) {
      one =
          TestNode.start("a", a, new ControlSettings(control, control, Duration.ofDays(1)), "b:1");
      nodes.add(one);
      assertEquals(List.of(), one.plane().members());
      assertTrue(taken.isBound());
    }
    awaitCluster(one);
  }

  @Test
  void malformedMessagesAreCountedAndChangeNothing() {
    TestNode one = start("a", a, b);
    TestNode two = start("b", b, a);
    awaitCluster(one, two);
    one.data()
        .actorSelection("pekko://hearsay@" + b + "/user/control")
        .tell(new byte[] {1, 2, 3}, ActorRef.noSender());
    Await.until(SOON, () -> two.plane().malformedMessages() == 1, two.plane()::malformedMessages);
    awaitCluster(one, two);
  }

  private TestNode start(String name, HostPort address, HostPort... peers) {
    TestNode node =
        TestNode.start(
            name,
            address,
            ControlSettings.ephemeral(address.host()),
            Arrays.stream(peers).map(HostPort::toString).toArray(String[]::new));
    nodes.add(node);
    return node;
  }

  private HostPort addressOf(String name) {
    return switch (name) {
      case "a" -> a;
      case "b" -> b;
      default -> c;
    };
  }

  private static long awaitCluster(TestNode... members) {
    String[] names = Arrays.stream(members).map(TestNode::name).toArray(String[]::new);
    return Await.until(
        SOON,
        () -> Arrays.stream(members).allMatch(node -> node.isExactly(names)),
        () ->
            Arrays.stream(members)
                .map(node -> node.name() + " sees " + node.plane().members())
                .collect(Collectors.joining("\n")));
  }

  /** What it took; shown with -Dhearsay.test.log=INFO. */
  private static void report(String measured) {
    LOG.info(measured);
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("hearsay")) {
        names.add(thread.getName());
      }
    }
    return names;
  }
}
