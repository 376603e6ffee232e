package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access from nodes that do not hold the space. */
class RemoteSpaceTest {
  private static final Config PROXY =
      ConfigFactory.parseString(
          "hearsay.space { remote-access = proxy, remote-timeout = 3s, remote-watch-every = 50ms }");
  private static final Duration WAIT_MAX = Duration.ofSeconds(20);

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

  private MeshNode start(String name, int port, Config config, String... roles) {
    return nodes.start(name, port, config, Set.of(roles), a, b, c);
  }

  /** The space on the node that may not hold it. */
  private static Space remote(MeshNode node, String space) {
    Await.until(node.name() + " knows " + space, () -> node.spaces().contains(space));
    return node.agent("guest").space(space);
  }

  @Test
  void readsAndWritesGoToAHolderWithTheSameMeaning() {
    MeshNode holder = start("a", a, PROXY, "host");
    MeshNode guest = start("c", c, PROXY);
    Space local = holder.agent("owner").space("s", SpaceOptions.onRoles("host"));
    local.orSet("set", String.class).add("kept");
    local.orSet("set", String.class).add("dropped");
    Space remote = remote(guest, "s");
    assertEquals(Set.of("kept", "dropped"), remote.orSet("set", String.class).values());
    // A remove drops what was seen, an add that was not seen wins.
    Snapshot before = remote.snapshot();
    Frontier written =
        remote.update(
            tx -> {
              tx.orSet("set", String.class).remove("dropped");
              tx.pnCounter("n").increment();
              assertTrue(tx.orSet("set", String.class).contains("kept"));
            });
    assertEquals(Set.of("kept"), local.orSet("set", String.class).values());
    assertTrue(local.frontier().covers(written));
    assertEquals(2, before.orSet("set", String.class).size());
    remote.pnCounter("n").increment();
    assertEquals(2, local.pnCounter("n").value());
    assertEquals(2, remote.pnCounter("n").value());
    local.pnCounter("n").increment();
    remote.awaitFrontier(local.frontier(), WAIT_MAX);
    assertEquals(3, remote.pnCounter("n").value());
    assertEquals(local.digest(), remote.digest());
    assertEquals("guest", local.lwwRegister("r", String.class).writes().isEmpty() ? "guest" : "");
    remote.lwwRegister("r", String.class).set("v");
    assertEquals("guest", local.lwwRegister("r", String.class).writes().get(0).author());
  }

  @Test
  void aBodyThatThrowsWritesNothingAndNestedWritesAreRefused() {
    MeshNode holder = start("a", a, PROXY, "host");
    MeshNode guest = start("c", c, PROXY);
    Space local = holder.agent("owner").space("s", SpaceOptions.onRoles("host"));
    Space remote = remote(guest, "s");
    assertThrows(
        IllegalStateException.class,
        () ->
            remote.update(
                tx -> {
                  tx.flag("f").enable();
                  throw new IllegalStateException("no");
                }));
    HearsayException nested =
        assertThrows(HearsayException.class, () -> remote.update(tx -> remote.flag("f").enable()));
    assertEquals(ErrorCode.NESTED_UPDATE, nested.code());
    assertFalse(local.flag("f").isOn());
    remote.flag("f").enable();
    assertTrue(local.flag("f").isOn());
  }

  @Test
  void manyWritesAndALargeStateArrive() {
    MeshNode holder = start("a", a, PROXY, "host");
    MeshNode second = start("b", b, PROXY, "host");
    MeshNode guest = start("c", c, PROXY);
    Space local = holder.agent("owner").space("s", SpaceOptions.onRoles("host"));
    for (int i = 0; i < 6; i++) {
      local.orMap("map", String.class).put("key" + i, i + "y".repeat(700_000));
    }
    Space remote = remote(guest, "s");
    // Whichever holder is asked.
    remote.awaitFrontier(local.frontier(), WAIT_MAX);
    assertEquals(6, remote.orMap("map", String.class).size());
    CompletableFuture<Frontier> last = new CompletableFuture<>();
    for (int i = 0; i < 50; i++) {
      String element = "e" + i;
      last =
          remote
              .updateAsync(tx -> tx.orSet("set", String.class).add(element))
              .toCompletableFuture();
    }
    Frontier written = last.join();
    Space onB = remote(second, "s");
    onB.awaitFrontier(written, WAIT_MAX);
    assertEquals(50, onB.orSet("set", String.class).size());
  }

  @Test
  void changesAreWatched() {
    MeshNode holder = start("a", a, PROXY, "host");
    MeshNode guest = start("c", c, PROXY);
    Space local = holder.agent("owner").space("s", SpaceOptions.onRoles("host"));
    local.pnCounter("before").increment();
    Space remote = remote(guest, "s");
    List<SpaceChange> seen = new CopyOnWriteArrayList<>();
    Watch watch = remote.watch(seen::add);
    local.flag("theirs").enable();
    Await.until("their change is seen", () -> sees(seen, "theirs"));
    remote.flag("mine").enable();
    Await.until("mine is seen", () -> sees(seen, "mine"));
    assertFalse(sees(seen, "before"));
    watch.close();
    int calls = seen.size();
    local.flag("later").enable();
    assertTrue(remote.flag("later").isOn());
    assertEquals(calls, seen.size());
  }

  private static boolean sees(List<SpaceChange> seen, String field) {
    return seen.stream().anyMatch(change -> change.fields().contains(field));
  }

  @Test
  void anotherHolderTakesOverAndWithoutOneAccessFailsDefinitely() {
    MeshNode first = start("a", a, PROXY, "host");
    MeshNode second = start("b", b, PROXY, "host");
    MeshNode guest = start("c", c, PROXY);
    Space onA = first.agent("owner").space("s", SpaceOptions.onRoles("host"));
    Space onB = remote(second, "s");
    Space remote = remote(guest, "s");
    remote.pnCounter("n").increment();
    onA.awaitFrontier(remote.frontier(), WAIT_MAX);
    onB.awaitFrontier(remote.frontier(), WAIT_MAX);
    first.close();
    Await.until("b serves it", () -> reads(remote, 1));
    remote.pnCounter("n").increment();
    assertEquals(2, onB.pnCounter("n").value());
    second.close();
    Await.until(
        "nobody is in reach", () -> guest.peers().stream().noneMatch(peer -> peer.reachable()));
    HearsayException failure =
        assertThrows(HearsayException.class, () -> remote.pnCounter("n").increment());
    assertEquals(ErrorCode.NO_HOLDER, failure.code());
    assertTrue(failure.isDefinite());
    start("b", b, PROXY, "host");
    Await.until("b is back", () -> reads(remote, 2));
  }

  private static boolean reads(Space space, long expected) {
    try {
      return space.pnCounter("n").value() == expected;
    } catch (HearsayException e) {
      assertEquals(ErrorCode.NO_HOLDER, e.code());
      return false;
    }
  }

  @Test
  void whoServesNobodyIsNotReadAndWhoMayOnlyRefuseRefuses() {
    MeshNode holder = start("a", a, ConfigFactory.empty(), "host");
    MeshNode guest = start("c", c, PROXY);
    holder.agent("owner").space("s", SpaceOptions.onRoles("host")).flag("f").enable();
    Space remote = remote(guest, "s");
    HearsayException refused = assertThrows(HearsayException.class, () -> remote.flag("f").isOn());
    assertEquals(ErrorCode.NO_HOLDER, refused.code());
    assertTrue(refused.getMessage().contains("serves no others"), refused::toString);
    HearsayException here =
        assertThrows(
            HearsayException.class,
            () ->
                guest
                    .agent("x")
                    .space("s", SpaceOptions.defaults().withRemoteAccess(RemoteAccess.REFUSE)));
    assertEquals(ErrorCode.SPACE_NOT_HELD, here.code());
  }
}
