package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Spaces that live on some nodes only, on real nodes. */
class PlacementTest {
  private static final String SECRET = "secret-plan";
  private static final String CONTENT = "meet at dawn";
  private static final Set<String> EITHER = Set.of("old", "new");

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private final int c = TestNodes.freePort();
  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(directory);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  private MeshNode start(String name, int port, String... roles) {
    return nodes.start(name, port, ConfigFactory.empty(), Set.of(roles), a, b, c);
  }

  private static void assertRefused(ErrorCode code, Executable action) {
    HearsayException failure = assertThrows(HearsayException.class, action);
    assertEquals(code, failure.code(), failure::toString);
    assertTrue(failure.isDefinite());
  }

  /** Whether any file of the node has the text in it. */
  private boolean isOnDisk(String node, String text) {
    try (Stream<Path> files = Files.walk(nodes.directory(node))) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(
              file -> {
                try {
                  return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void meet(MeshNode some, MeshNode other) {
    Await.until(
        "the nodes meet",
        () -> some.peers().stream().anyMatch(p -> p.name().equals(other.name()) && p.reachable()));
  }

  @Test
  void aSpaceLivesOnNodesWithItsRoleAndNowhereElse() {
    MeshNode first = start("a", a, "gpu");
    MeshNode second = start("b", b, "gpu", "eu");
    MeshNode third = start("c", c, "eu");
    Space onA = first.agent("x").space(SECRET, SpaceOptions.onRoles("gpu"));
    onA.lwwRegister("plan", String.class).set(CONTENT);
    assertEquals(Placement.onRoles("gpu"), onA.placement());
    Await.until("b knows it", () -> second.spaces().contains(SECRET));
    Space onB = second.agent("x").space(SECRET);
    Await.until("b has it", () -> onB.frontier().equals(onA.frontier()));
    assertEquals(CONTENT, onB.lwwRegister("plan", String.class).get().get());
    Await.until("c knows of it", () -> third.spaces().contains(SECRET));
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> third.agent("x").space(SECRET));
    assertRefused(
        ErrorCode.PLACEMENT_CONFLICT,
        () -> first.agent("x").space(SECRET, SpaceOptions.onRoles("eu")));
    // What lives everywhere goes on between all of them.
    Space common = first.agent("x").space("common");
    common.flag("done").enable();
    Await.until("c knows it", () -> third.spaces().contains("common"));
    Space onC = third.agent("x").space("common");
    Await.until("c has it", () -> onC.frontier().equals(common.frontier()));
    third.close();
    assertFalse(isOnDisk("c", CONTENT));
    second.close();
    assertTrue(isOnDisk("b", CONTENT));
  }

  @Test
  void creatingASpaceThatMayNotLiveHereLeavesNothingBehind() {
    MeshNode node = start("a", a);
    assertRefused(
        ErrorCode.SPACE_NOT_HELD,
        () -> node.agent("x").space(SECRET, SpaceOptions.onNodes("somebody else")));
    assertEquals(Set.of(), node.spaces());
    assertRefused(ErrorCode.INVALID_NAME, () -> Placement.onRoles(""));
    assertRefused(ErrorCode.INVALID_CONFIGURATION, () -> Placement.onNodes());
    assertRefused(
        ErrorCode.INVALID_NAME,
        () ->
            MeshNode.builder()
                .name("b")
                .dataDirectory(nodes.directory("b"))
                .listen("127.0.0.1", b)
                .roles("r".repeat(200))
                .start());
  }

  @Test
  void thePlacementIsDurableBeforeAnythingIsSentAlsoOverARestart() {
    MeshNode first = start("a", a, "gpu");
    Space onA = first.agent("x").space(SECRET, SpaceOptions.onRoles("gpu"));
    onA.lwwRegister("plan", String.class).set(CONTENT);
    first.close();
    // What it knows when it is back is what was on its disk; the other one knows nothing yet.
    MeshNode third = start("c", c);
    MeshNode again = start("a", a, "gpu");
    meet(third, again);
    Await.until("c knows of it", () -> third.spaces().contains(SECRET));
    Space common = again.agent("x").space("common");
    common.flag("done").enable();
    Await.until("c knows it", () -> third.spaces().contains("common"));
    Space onC = third.agent("x").space("common");
    Await.until("c has it", () -> onC.frontier().equals(common.frontier()));
    assertEquals(Placement.onRoles("gpu"), again.agent("x").space(SECRET).placement());
    third.close();
    assertFalse(isOnDisk("c", CONTENT));
  }

  @Test
  void aSpaceThatMovesIsHandedOverAndThenRemovedFromDiskAndMemory() {
    MeshNode first = start("a", a, "old");
    String voter = nodes.knownAndGone(first, "v", c, EITHER, a, b, c);
    Space onA =
        first.agent("x").space(SECRET, SpaceOptions.onRoles("old").withVoters(Set.of(voter)));
    onA.lwwRegister("plan", String.class).set(CONTENT);
    for (int i = 0; i < 50; i++) {
      onA.orSet("steps", String.class).add("step " + i);
    }
    onA.place(Placement.onRoles("new"));
    Await.until("writes are refused", () -> isRefused(() -> onA.flag("late").enable()));
    // Nobody has it yet: it stays.
    assertEquals(CONTENT, onA.lwwRegister("plan", String.class).get().get());
    MeshNode second = start("b", b, "new");
    Await.until("it is gone from a", () -> isRefused(onA::frontier));
    Space onB = second.agent("x").space(SECRET);
    assertEquals(CONTENT, onB.lwwRegister("plan", String.class).get().get());
    assertEquals(50, onB.orSet("steps", String.class).size());
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> first.agent("x").space(SECRET));
    // And back again: its old dots are not used twice.
    assertRefused(ErrorCode.PLACEMENT_CONFLICT, () -> onB.place(Placement.onRoles("old")));
    MeshNode third = nodes.start("v", c, ConfigFactory.empty(), EITHER, a, b, c);
    Await.until("v knows it", () -> third.spaces().contains(SECRET));
    Space onV = third.agent("x").space(SECRET);
    Await.until("v has it", () -> onV.frontier().equals(onB.frontier()));
    onB.place(Placement.onRoles("old"));
    Await.until("a may hold it", () -> !isRefused(() -> first.agent("x").space(SECRET)));
    Space back = first.agent("x").space(SECRET);
    Await.until("it is gone from b", () -> isRefused(onB::frontier));
    Await.until("a has it", () -> back.orSet("steps", String.class).size() == 50);
    back.orSet("steps", String.class).add("step 50");
    assertEquals(51, back.orSet("steps", String.class).size());
    second.close();
    MeshNode secondAgain = start("b", b, "new");
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> secondAgain.agent("x").space(SECRET));
  }

  @Test
  void aNodeThatRestartsBeforeItsSpaceIsHandedOverStillHasIt() {
    MeshNode first = start("a", a, "old");
    String voter = nodes.knownAndGone(first, "v", c, EITHER, a, b, c);
    Space onA =
        first.agent("x").space(SECRET, SpaceOptions.onRoles("old").withVoters(Set.of(voter)));
    onA.lwwRegister("plan", String.class).set(CONTENT);
    onA.place(Placement.onRoles("new"));
    first.close();
    MeshNode again = start("a", a, "old");
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> again.agent("x").space(SECRET));
    MeshNode second = start("b", b, "new");
    Await.until("b knows it", () -> second.spaces().contains(SECRET));
    Space onB = second.agent("x").space(SECRET);
    Await.until("b has it", () -> onB.lwwRegister("plan", String.class).get().isPresent());
  }

  private static boolean isRefused(Runnable action) {
    try {
      action.run();
      return false;
    } catch (HearsayException e) {
      assertEquals(ErrorCode.SPACE_NOT_HELD, e.code(), e::toString);
      return true;
    }
  }

  @Test
  void badSettingsOfRemoteAccessAreRefused() {
    for (String setting :
        Set.of("remote-access = sometimes", "remote-timeout = soon", "remote-watch-every = 0s")) {
      Config config = ConfigFactory.parseString("hearsay.space." + setting);
      assertRefused(ErrorCode.INVALID_CONFIGURATION, () -> RemoteConfig.read(config));
    }
    assertEquals(RemoteAccess.REFUSE, RemoteConfig.read(ConfigFactory.empty()).access());
  }
}
