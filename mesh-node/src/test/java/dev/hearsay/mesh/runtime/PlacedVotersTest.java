package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The voters of a space are among the nodes that may hold it. */
class PlacedVotersTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final WriteOptions QUORUM = WriteOptions.quorum(WAIT);

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private final int c = TestNodes.freePort();
  private TestNodes nodes;
  private MeshNode first;
  private MeshNode second;
  private MeshNode third;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(directory);
    first = start("a", a, "gpu");
    second = start("b", b, "gpu");
    third = start("c", c, "eu");
    // Whoever gets something that is not for everybody was known by its roles.
    Space probe = first.agent("x").space("probe", SpaceOptions.onRoles("gpu", "eu"));
    probe.flag("met").enable();
    for (MeshNode node : Set.of(second, third)) {
      Await.until("it is known", () -> node.spaces().contains("probe"));
      Space there = node.agent("x").space("probe");
      Await.until("it is there", () -> there.frontier().equals(probe.frontier()));
    }
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  private MeshNode start(String name, int port, String role) {
    return nodes.start(name, port, ConfigFactory.empty(), Set.of(role), a, b, c);
  }

  private static void assertRefused(ErrorCode code, Executable action) {
    HearsayException failure = assertThrows(HearsayException.class, action);
    assertEquals(code, failure.code(), failure::toString);
    assertTrue(failure.isDefinite());
  }

  @Test
  void defaultVotersMayHoldTheSpace() {
    Space everywhere = first.agent("x").space("everywhere");
    assertEquals(Set.of(first.id(), second.id(), third.id()), everywhere.voters().nodes());
    // Two may hold it, and two are no good number.
    Space placed = first.agent("x").space("placed", SpaceOptions.onRoles("gpu"));
    assertEquals(Set.of(first.id()), placed.voters().nodes());
    placed.update(QUORUM, tx -> tx.flag("f").enable());
    assertEquals(Set.of(first.id()), placed.voters().nodes());
  }

  @Test
  void aVoterThatMayNotHoldTheSpaceIsRefused() {
    SpaceOptions options = SpaceOptions.onRoles("gpu");
    assertRefused(
        ErrorCode.INVALID_CONFIGURATION,
        () -> first.agent("x").space("s", options.withVoters(Set.of(third.id()))));
    assertRefused(
        ErrorCode.INVALID_CONFIGURATION,
        () -> first.agent("x").space("s", options.withVoters(Set.of("nobody"))));
    assertFalse(first.spaces().contains("s"));
    Set<String> both = Set.of(first.id(), second.id());
    Space space = first.agent("x").space("s", options.withVoters(both));
    assertEquals(both, space.voters().nodes());
    assertRefused(
        ErrorCode.INVALID_CONFIGURATION,
        () -> space.changeVoters(Set.of(first.id(), third.id()), WAIT));
    space.update(QUORUM, tx -> tx.flag("f").enable());
    Space onB = second.agent("x").space("s");
    assertTrue(onB.read(ReadOptions.quorum(WAIT)).flag("f").isOn());
  }

  @Test
  void aPlacementThatTakesTheSpaceFromAVoterIsRefusedUntilTheVotersAreOthers() {
    Space onA =
        first
            .agent("x")
            .space("s", SpaceOptions.onRoles("gpu").withVoters(Set.of(first.id(), second.id())));
    onA.update(QUORUM, tx -> tx.flag("f").enable());
    assertRefused(ErrorCode.PLACEMENT_CONFLICT, () -> onA.place(Placement.onRoles("eu")));
    assertRefused(ErrorCode.PLACEMENT_CONFLICT, () -> onA.place(Placement.onNodes("a")));
    assertEquals(Placement.onRoles("gpu"), onA.placement());
    onA.place(Placement.everywhere());
    onA.changeVoters(Set.of(third.id()), WAIT);
    onA.place(Placement.onRoles("eu"));
    Await.until("c may hold it alone", () -> isPlaced(third, Placement.onRoles("eu")));
    Space onC = third.agent("x").space("s");
    onC.update(QUORUM, tx -> tx.pnCounter("n").increment());
    assertTrue(onC.read(ReadOptions.quorum(WAIT)).flag("f").isOn());
  }

  private static boolean isPlaced(MeshNode node, Placement placement) {
    return node.agent("x").space("s").placement().equals(placement);
  }

  @Test
  void whoHasNoPartInASpaceAsksNoVoters() {
    Set<String> both = Set.of(first.id(), second.id());
    SpaceOptions options = SpaceOptions.onRoles("gpu").withVoters(both);
    first.agent("x").space("s", options);
    Await.until("c knows it", () -> third.spaces().contains("s"));
    Space remote =
        third.agent("x").space("s", SpaceOptions.defaults().withRemoteAccess(RemoteAccess.PROXY));
    assertEquals(both, remote.voters().nodes());
    assertRefused(
        ErrorCode.SPACE_NOT_HELD, () -> remote.update(QUORUM, tx -> tx.flag("f").enable()));
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> remote.with(QUORUM));
    assertRefused(
        ErrorCode.SPACE_NOT_HELD,
        () -> remote.update(WriteOptions.local().operationId("o"), tx -> tx.flag("f").enable()));
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> remote.read(ReadOptions.quorum(WAIT)));
    assertRefused(ErrorCode.SPACE_NOT_HELD, () -> remote.changeVoters(both, WAIT));
    CompletionException later =
        assertThrows(
            CompletionException.class,
            () -> remote.readAsync(ReadOptions.quorum(WAIT)).toCompletableFuture().join());
    assertEquals(ErrorCode.SPACE_NOT_HELD, ((HearsayException) later.getCause()).code());
  }
}
