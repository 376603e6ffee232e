package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Fork;
import dev.hearsay.mesh.ForkChoice;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Branches and twins between real nodes, as far as one process can show it. */
class ForkedNodesTest extends WithNodes {
  private static final Set<String> ALL = Set.of("shared", "left", "right0", "right1");
  private static final String REPLICA = "0000000000000063";

  private static Space space(MeshNode node) {
    return node.agent(node.name()).space("s");
  }

  private static Set<String> elements(MeshNode node) {
    return Set.copyOf(space(node).orSet("set", String.class).values());
  }

  /** The node takes changes as from a peer that nobody can reach. */
  private static void give(MeshNode node, List<EncodedChange> changes) {
    Space space = space(node);
    HostPort nobody = new HostPort("127.0.0.99", 9);
    SpaceCell cell = Objects.requireNonNull(((PekkoNode) node).cells.get("s"));
    cell.tell(new SpaceCommand.Receive(nobody, new Effect.PushReceipt(1, 0), changes));
    ForkTalk nothing = new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false);
    cell.tell(
        new SpaceCommand.ForkHeard(new Effect.ForkHeard(cell.name(), nobody, nothing, Map.of())));
    Await.until("taken", () -> space.orSet("set", String.class).size() == changes.size());
  }

  /** Node a holds one branch of a writer, and b the other; they have not met. */
  private void makeBranches() {
    Changes left = new Changes(0x63);
    Changes right = new Changes(0x63);
    try (MeshNode first = nodes.start("a", a)) {
      give(first, List.of(left.add("shared"), left.add("left")));
    }
    try (MeshNode second = nodes.start("b", b)) {
      give(second, List.of(right.add("shared"), right.add("right0"), right.add("right1")));
    }
  }

  private static void awaitAll(MeshNode... all) {
    for (MeshNode node : all) {
      Await.until(node.name() + " holds both", () -> elements(node).equals(ALL));
      Await.until(node.name() + " keeps nothing back", () -> node.forks().isEmpty());
    }
    Await.until("equal", () -> space(all[0]).digest().equals(space(all[1]).digest()));
  }

  @Test
  void branchesOfAStrangerAreKeptApartUntilAnOperatorDecides() {
    makeBranches();
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Await.until("a knows", () -> !first.forks().isEmpty());
    Await.until("b knows", () -> !second.forks().isEmpty());
    Fork fork = first.forks().get(0);
    assertEquals("s", fork.space());
    assertEquals(second.address(), fork.address());
    assertTrue(fork.detail().contains(REPLICA), fork.detail());
    first.agent("x").space("t").flag("seen").enable();
    Await.until("t is known", () -> second.spaces().contains("t"));
    Await.until("other spaces go on", () -> second.agent("x").space("t").flag("seen").isOn());
    assertEquals(Set.of("shared", "left"), elements(first));
    first.resolveFork("s", ForkChoice.WRITE_ANEW);
    awaitAll(first, second);
    HearsayException none =
        assertThrows(HearsayException.class, () -> first.resolveFork("s", ForkChoice.WRITE_ANEW));
    assertEquals(ErrorCode.FORK_UNRESOLVED, none.code());
    String digest = space(first).digest();
    first.close();
    assertEquals(digest, space(nodes.start("a", a, b)).digest());
  }

  @Test
  void aBranchThatIsGivenUpIsGoneAndTheSpaceIsFilledAgain() {
    makeBranches();
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Await.until("a knows", () -> !first.forks().isEmpty());
    Await.until("b knows", () -> !second.forks().isEmpty());
    first.resolveFork("s", ForkChoice.GIVE_UP);
    Await.until("filled", () -> elements(first).equals(Set.of("shared", "right0", "right1")));
    Await.until("b meets it", () -> second.forks().isEmpty());
    space(first).orSet("set", String.class).add("later");
    Await.until("goes on", () -> elements(second).contains("later"));
  }

  @Test
  void anOrderThatNobodyAnswersIsTakenBackAndKeepsNoSpaceInMemory() {
    makeBranches();
    Config idle = ConfigFactory.parseString("hearsay.space.idle-after = 100ms");
    MeshNode first = nodes.start("a", a, idle, Set.of(), b);
    MeshNode second = nodes.start("b", b, a);
    Await.until("a knows", () -> !first.forks().isEmpty());
    HostPort gone = HostPort.parse(second.address());
    second.close();
    Await.until("b is silent", () -> first.peers().stream().noneMatch(p -> p.reachable()));
    Map<String, SpaceCell> cells = ((PekkoNode) first).cells;
    ForkDesk desk = new ForkDesk(cells, input -> {}, Duration.ofMillis(200));
    for (int i = 0; i < 2; i++) {
      HearsayException late =
          assertThrows(HearsayException.class, () -> desk.resolve("s", ForkChoice.WRITE_ANEW));
      assertEquals(ErrorCode.FORK_UNRESOLVED, late.code());
      String message = String.valueOf(late.getMessage());
      assertTrue(message.contains("[" + gone + "], did not answer; nothing has changed"), message);
      assertTrue(message.contains("forks()") && message.contains("GIVE_UP"), message);
    }
    assertEquals(Set.of("shared", "left"), elements(first));
    SpaceCell cell = Objects.requireNonNull(cells.get("s"));
    assertTrue(cell.isHere(), "another branch is known of");
    cell.forget(List.of(gone));
    Await.until("it leaves the memory", cell::isAway);
    assertEquals(Set.of("shared", "left"), elements(first));
  }

  @Test
  void aNodeWritesTheBranchOfItsFormerIncarnationAnewByItself() throws IOException {
    makeBranches();
    Files.writeString(directory.resolve("a").resolve(Incarnations.FILE_NAME), "\n" + REPLICA);
    awaitAll(nodes.start("a", a, b), nodes.start("b", b, a));
  }

  private MeshNode start(String name, int port, String role, int... peers) {
    return nodes.start(name, port, ConfigFactory.empty(), Set.of(role), peers);
  }

  /** By its counters the other has all of it. */
  @Test
  void aBranchThatMovesToANodeWithTheOtherIsKeptUntilItIsThereToo() {
    Changes left = new Changes(0x63);
    Changes right = new Changes(0x63);
    try (MeshNode first = start("a", a, "old", a, b)) {
      String voter = nodes.knownAndGone(first, "v", c, Set.of("old", "new"), a, b, c);
      first.agent("a").space("s", SpaceOptions.defaults().withVoters(Set.of(voter)));
      give(first, List.of(left.add("shared"), left.add("left")));
      space(first).place(Placement.onRoles("new"));
    }
    try (MeshNode second = start("b", b, "new", b)) {
      give(second, List.of(right.add("shared"), right.add("right0"), right.add("right1")));
    }
    MeshNode first = start("a", a, "old", a, b);
    MeshNode second = start("b", b, "new", a, b);
    Await.until("a knows", () -> !first.forks().isEmpty());
    Await.until("b knows", () -> !second.forks().isEmpty());
    assertEquals(Set.of("shared", "right0", "right1"), elements(second));
    first.resolveFork("s", ForkChoice.WRITE_ANEW);
    Await.until("b holds both", () -> elements(second).equals(ALL));
    Await.until("a holds nothing", () -> !((PekkoNode) first).cells.containsKey("s"));
    Await.until("b keeps nothing back", () -> second.forks().isEmpty());
  }

  @Test
  void theYoungerOfTwoNodesWithOneIdentityBecomesAnother() throws IOException {
    nodes.start("a", a).close();
    copy(directory.resolve("a"), directory.resolve("b"));
    String identity = identity("a");
    assertEquals(identity, identity("b"));
    MeshNode first = nodes.start("a", a, b);
    space(first).orSet("set", String.class).add("x");
    MeshNode second = nodes.start("b", b, a);
    Await.until("b is another", () -> !identity("b").equals(identity));
    assertEquals(identity, identity("a"));
    space(second).orSet("set", String.class).add("y");
    Await.until("they exchange", () -> elements(first).equals(Set.of("x", "y")));
    assertNotEquals(identity, identity("b"));
  }

  private String identity(String name) {
    try {
      return Files.readString(directory.resolve(name).resolve(NodeIdentityFile.FILE_NAME));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
