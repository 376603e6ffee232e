package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Real nodes, as far as one process can show it. */
class ReplicationTest extends WithNodes {
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private static void assertSame(Space expected, Space actual) {
    actual.awaitFrontier(expected.frontier(), WAIT_MAX);
    assertEquals(expected.digest(), actual.digest());
  }

  @Test
  void valuesNearTheLimitArrive() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("x").space("s");
    Space onB = space(second, "s");
    onA.pnCounter("n").increment();
    assertSame(onA, onB);
    String large = "é".repeat((1 << 19) - 500);
    onA.lwwRegister("large", String.class).set(large);
    for (int i = 0; i < 8; i++) {
      onA.orMap("map", String.class).put("key" + i, i + "y".repeat(900_000));
    }
    assertSame(onA, onB);
    assertEquals(large, onB.lwwRegister("large", String.class).get().get());
    assertEquals(8, onB.orMap("map", String.class).size());
  }

  @Test
  void aBurstOfMoreThanAMessageHoldsArrives() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("x").space("s");
    Space onB = space(second, "s");
    CompletableFuture<Frontier> last = new CompletableFuture<>();
    for (int i = 0; i < 400; i++) {
      String value = i + "z".repeat(10_000);
      last = onA.updateAsync(tx -> tx.orSet("set", String.class).add(value)).toCompletableFuture();
    }
    last.join();
    assertSame(onA, onB);
    assertEquals(400, onB.orSet("set", String.class).size());
  }

  @Test
  void remoteChangesAreWatchedInOrder() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("writer").space("s");
    Space onB = space(second, "s");
    onA.pnCounter("n").increment();
    assertSame(onA, onB);
    List<SpaceChange> seen = new CopyOnWriteArrayList<>();
    onB.watch(seen::add);
    for (int i = 0; i < 200; i++) {
      onA.updateAsync(tx -> tx.pnCounter("n").increment());
    }
    Await.until("all changes are seen", () -> seen.size() == 200);
    for (int i = 0; i < 200; i++) {
      assertEquals(i + 2, seen.get(i).snapshot().pnCounter("n").value());
      assertEquals("writer", seen.get(i).author());
      assertTrue(!seen.get(i).local());
    }
  }

  @Test
  void aNodeWhosePeerIsNotThereWorksAloneAndIsJoinedLater() {
    MeshNode first = nodes.start("a", a, b);
    Space onA = first.agent("x").space("s");
    for (int i = 0; i < 20; i++) {
      onA.pnCounter("n").increment();
    }
    assertEquals(20, onA.pnCounter("n").value());
    assertTrue(first.peers().stream().noneMatch(peer -> peer.reachable()));
    MeshNode second = nodes.start("b", b);
    assertSame(onA, space(second, "s"));
    Await.until("a sees b", () -> first.peers().stream().anyMatch(p -> p.name().equals("b")));
  }

  @Test
  void aLateNodeGetsAllSpaces() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      String name = "space " + i;
      names.add(name);
      (i % 2 == 0 ? first : second)
          .agent("x")
          .space(name)
          .orSet("set", String.class)
          .add("element " + i);
    }
    MeshNode third = nodes.start("c", c, a);
    Await.until("c knows all", () -> third.spaces().equals(names));
    for (String name : names) {
      assertSame(space(name.hashCode() % 2 == 0 ? first : second, name), space(third, name));
    }
    Await.until(
        "c has learned of b", () -> third.peers().stream().filter(p -> p.reachable()).count() == 2);
  }

  @Test
  void aRestartKeepsEverythingAlsoBeyondSnapshots() {
    int events = 3 * SpaceJournal.EVENTS_PER_SNAPSHOT + 200;
    Space space;
    try (MeshNode node = nodes.start("a", a)) {
      space = node.agent("x").space("s");
      for (int i = 0; i < events; i++) {
        // One by one: every write is an event.
        space.pnCounter("n").increment();
      }
      space.orSet("set", String.class).add("x");
    }
    MeshNode again = nodes.start("a", a, b);
    Space recovered = again.agent("x").space("s");
    assertEquals(space.digest(), recovered.digest());
    assertEquals(events, recovered.pnCounter("n").value());
    // Below the floor of what a snapshot left: a state, not changes, brings a new node up.
    assertSame(recovered, space(nodes.start("b", b), "s"));
  }

  @Test
  void aWipedDirectoryIsRefilledByPeersUnderTheSameName() throws IOException {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("x").space("s");
    Space onB = space(second, "s");
    for (int i = 0; i < 50; i++) {
      onA.orSet("set", String.class).add("from a " + i);
      onB.orSet("set", String.class).add("from b " + i);
    }
    onA.awaitFrontier(onB.frontier(), WAIT_MAX);
    second.close();
    delete(nodes.directory("b"));
    onA.pnCounter("n").increment();
    MeshNode refilled = nodes.start("b", b, a);
    Space again = space(refilled, "s");
    assertSame(onA, again);
    assertEquals(100, again.orSet("set", String.class).size());
    again.orSet("set", String.class).add("and on");
    assertSame(again, onA);
  }

  @Test
  void oneOfThreeThatWasDownDuringTwentyThousandChangesCatchesUp() {
    MeshNode first = nodes.start("a", a, b, c);
    MeshNode second = nodes.start("b", b, a, c);
    Space onA = first.agent("x").space("s");
    try (MeshNode third = nodes.start("c", c, a, b)) {
      onA.pnCounter("n").increment();
      assertSame(onA, space(third, "s"));
    }
    Space onB = space(second, "s");
    CompletableFuture<Frontier> lastOnA = new CompletableFuture<>();
    CompletableFuture<Frontier> lastOnB = new CompletableFuture<>();
    for (int i = 0; i < 10_000; i++) {
      String key = "field " + i;
      lastOnA =
          onA.updateAsync(tx -> tx.orMap("map", String.class).put("a " + key, key))
              .toCompletableFuture();
      lastOnB =
          onB.updateAsync(tx -> tx.orMap("map", String.class).put("b " + key, key))
              .toCompletableFuture();
    }
    lastOnA.join();
    onA.awaitFrontier(lastOnB.join(), WAIT_MAX);
    onB.awaitFrontier(onA.frontier(), WAIT_MAX);
    Space onC = space(nodes.start("c", c, a, b), "s");
    assertSame(onA, onC);
    assertEquals(20_000, onC.orMap("map", String.class).size());
    assertEquals(onA.digest(), onB.digest());
  }
}
