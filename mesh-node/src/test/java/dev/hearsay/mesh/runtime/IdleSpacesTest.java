package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.persistence.FailingJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spaces that leave the memory and come back. */
class IdleSpacesTest {
  /** The catalogue. */
  private static final int BOOKS = 1;

  private static final Config SOON = ConfigFactory.parseString("hearsay.space.idle-after = 10ms");
  private static final Config LATE = ConfigFactory.parseString("hearsay.space.idle-after = 1h");
  private static final Config FAILING =
      ConfigFactory.parseString(
          "hearsay.journal.class = \"" + FailingJournal.class.getName() + "\"");

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    FailingJournal.repair();
    nodes = new TestNodes(directory);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
    FailingJournal.repair();
  }

  private static int loaded(MeshNode node) {
    return ((PekkoNode) node).loadedSpaces();
  }

  private static void awaitAllAway(MeshNode node) {
    Await.until("all spaces of " + node.name() + " left", () -> loaded(node) == BOOKS);
  }

  private static Space space(MeshNode node, String name) {
    Await.until(node.name() + " knows " + name, () -> node.spaces().contains(name));
    return node.agent(node.name()).space(name);
  }

  private static void increment(Space space, int times) {
    for (int i = 0; i < times; i++) {
      space.pnCounter("n").increment();
    }
  }

  @Test
  void aSpaceThatNobodyUsesLeavesAndComesBackOnEveryUse() {
    MeshNode node = nodes.start("a", SOON);
    Space space = node.agent("x").space("s");
    increment(space, 3);
    awaitAllAway(node);
    assertEquals(3, space.pnCounter("n").value());
    awaitAllAway(node);
    Frontier written = space.update(tx -> tx.pnCounter("n").increment());
    awaitAllAway(node);
    assertEquals(4, space.snapshot().pnCounter("n").value());
    awaitAllAway(node);
    space.awaitFrontier(written, Duration.ofSeconds(30));
    awaitAllAway(node);
    assertEquals(4, node.agent("y").space("s").pnCounter("n").value());
    awaitAllAway(node);
    List<SpaceChange> seen = new CopyOnWriteArrayList<>();
    Watch watch = space.watch(seen::add);
    assertEquals(BOOKS + 1, loaded(node));
    space.pnCounter("n").increment();
    Await.until("the watcher is told", () -> seen.size() == 1);
    watch.close();
    awaitAllAway(node);
    assertEquals(1, space.frontier().versions().size(), "it mints under the same name as before");
    assertEquals(5, space.pnCounter("n").value());
  }

  @Test
  void aSpaceThatIsWatchedOrAwaitedStays() {
    MeshNode node = nodes.start("a", SOON);
    MeshNode elsewhere = nodes.start("b", LATE);
    Frontier unknown = elsewhere.agent("x").space("s").update(tx -> tx.pnCounter("n").increment());
    Space awaited = node.agent("x").space("awaited");
    Space watched = node.agent("x").space("watched");
    Space idle = node.agent("x").space("idle");
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> awaited.awaitFrontier(unknown, Duration.ofMinutes(5)),
            task -> new Thread(task).start());
    Watch watch = watched.watch(change -> {});
    idle.pnCounter("n").increment();
    Await.until("the idle one has left", () -> loaded(node) == BOOKS + 2);
    watch.close();
    Await.until("the watched one has left", () -> loaded(node) == BOOKS + 1);
    assertFalse(waiting.isDone());
    node.close();
    assertEquals(
        ErrorCode.NODE_CLOSED,
        ((HearsayException) waiting.handle((done, failure) -> failure).join().getCause()).code());
  }

  @Test
  void whatPeersSendAndWantBringsItBack() {
    MeshNode first = nodes.start("a", SOON, a, b);
    MeshNode second = nodes.start("b", SOON, b, a);
    Space onA = first.agent("x").space("s");
    Space onB = space(second, "s");
    onB.pnCounter("n").increment();
    onA.awaitFrontier(onB.frontier(), Duration.ofSeconds(30));
    awaitAllAway(first);
    awaitAllAway(second);
    Frontier pushed = onA.update(tx -> tx.pnCounter("n").increment());
    onB.awaitFrontier(pushed, Duration.ofSeconds(30));
    assertEquals(2, onB.pnCounter("n").value());
    second.close();
    increment(onA, 5);
    awaitAllAway(first);
    // What it missed is served by a space that is not in memory.
    MeshNode again = nodes.start("b", SOON, b, a);
    Space onAgain = space(again, "s");
    onAgain.awaitFrontier(onA.frontier(), Duration.ofSeconds(30));
    assertEquals(7, onAgain.pnCounter("n").value());
    awaitAllAway(first);
    awaitAllAway(again);
    assertEquals(onA.digest(), onAgain.digest());
    assertEquals(0, first.peers().get(0).divergedSpaces());
  }

  @Test
  void nothingIsLostWhileSpacesComeAndGoUnderManyWriters() {
    Config cramped =
        ConfigFactory.parseString("hearsay.space { idle-after = 10ms, active-max = 3 }");
    MeshNode node = nodes.start("a", cramped);
    int writers = 4;
    int rounds = 150;
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      String mine = "n" + w;
      running.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  Space space = node.agent("x").space("s" + i % 13);
                  long before = space.pnCounter(mine).value();
                  space.pnCounter(mine).increment();
                  assertEquals(before + 1, space.pnCounter(mine).value());
                }
              },
              task -> new Thread(task).start()));
    }
    running.forEach(CompletableFuture::join);
    assertTrue(loaded(node) < BOOKS + 13, () -> loaded(node) + " in memory");
    node.close();
    MeshNode again = nodes.start("a", cramped);
    long sum =
        IntStream.range(0, 13)
            .mapToObj(i -> again.agent("x").space("s" + i))
            .mapToLong(
                space ->
                    IntStream.range(0, writers)
                        .mapToLong(w -> space.pnCounter("n" + w).value())
                        .sum())
            .sum();
    assertEquals((long) writers * rounds, sum);
  }

  @Test
  void aStartRecoversNothingThatWasClosedInOrder() {
    MeshNode node = nodes.start("a", LATE, a, b);
    MeshNode peer = nodes.start("b", LATE, b, a);
    for (int i = 0; i < 60; i++) {
      increment(node.agent("x").space("s" + i), 1 + i % 3);
    }
    Await.until("b has all", () -> peer.peers().get(0).ahead() == 0 && lag(node) == 0);
    node.close();
    MeshNode again = nodes.start("a", LATE, a, b);
    Await.until("a answers, and nothing is missing", () -> lag(again) == 0 && lag(peer) == 0);
    assertEquals(60, again.spaces().size());
    assertEquals(BOOKS, loaded(again), "none is recovered for that");
    assertEquals(2, again.agent("x").space("s1").pnCounter("n").value());
    assertEquals(BOOKS + 1, loaded(again));
  }

  private static long lag(MeshNode node) {
    return node.peers().stream()
        .filter(peer -> peer.reachable())
        .mapToLong(peer -> peer.behind() + peer.ahead())
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  @Test
  void aSpaceWithSomethingBehindItsNoteIsRecoveredInTheBackground() {
    MeshNode node = nodes.start("a", LATE, a, b);
    increment(node.agent("x").space("s"), 2);
    increment(node.agent("x").space("t"), 2);
    node.close();
    JournalHand.append(
        nodes.directory("a"),
        "s",
        core -> {
          core.mint(
              new HybridTime(core.head().latest().packed() + 1),
              "y",
              draft ->
                  PnCounter.increment(draft.field(new FieldKey("n", FieldType.PN_COUNTER)), 1));
          return core.nextEvent().get();
        });
    MeshNode again = nodes.start("a", LATE, a, b);
    Await.until("s is recovered, and it alone", () -> loaded(again) == BOOKS + 1);
    MeshNode peer = nodes.start("b", LATE, b, a);
    Space onB = space(peer, "s");
    Await.until("b has what is behind the note", () -> onB.pnCounter("n").value() == 3);
  }

  @Test
  void aRowThatClaimsMoreThanTheJournalHoldsIsFoundOnUseAndMended() {
    MeshNode node = nodes.start("a", LATE, a, b);
    MeshNode peer = nodes.start("b", LATE, b, a);
    increment(node.agent("x").space("s"), 2);
    Space onB = space(peer, "s");
    Await.until("b has both", () -> onB.pnCounter("n").value() == 2);
    node.close();
    // So that nothing is on its way to it that would bring the space into memory.
    Await.until("b gives a up", () -> !peer.peers().get(0).reachable());
    increment(onB, 5);
    SpaceEvent.Rested lie = Objects.requireNonNull(((PekkoNode) peer).row("s"), "row of s");
    JournalHand.append(nodes.directory("a"), "s", core -> new SpaceEvent(List.of(lie)));
    MeshNode again = nodes.start("a", LATE, a, b);
    Await.until("a answers, and nothing seems to be missing", () -> lag(peer) == 0);
    assertEquals(BOOKS, loaded(again));
    Space onA = again.agent("x").space("s");
    Await.until("what was missing comes", () -> onA.pnCounter("n").value() == 7);
    assertEquals(onB.digest(), onA.digest());
  }

  @Test
  void aRowThatClaimsLessIsHarmless() {
    MeshNode node = nodes.start("a", LATE, a, b);
    MeshNode peer = nodes.start("b", LATE, b, a);
    increment(node.agent("x").space("s"), 2);
    Space onB = space(peer, "s");
    Await.until("b has both", () -> onB.pnCounter("n").value() == 2);
    node.close();
    SpaceEvent.Rested less = SpaceEvent.Rested.of(SpaceState.EMPTY);
    JournalHand.append(nodes.directory("a"), "s", core -> new SpaceEvent(List.of(less)));
    MeshNode again = nodes.start("a", LATE, a, b);
    Await.until("it is brought what it has, and sees it", () -> lag(again) == 0);
    assertEquals(2, again.agent("x").space("s").pnCounter("n").value());
    increment(again.agent("x").space("s"), 1);
    Await.until("b has three", () -> onB.pnCounter("n").value() == 3);
  }

  @Test
  void onAFullDiskASpaceLeavesWithoutItsNoteAndIsWholeAfterwards() {
    MeshNode node = nodes.start("a", SOON.withFallback(FAILING));
    Space space = node.agent("x").space("s");
    increment(space, 1);
    Watch watch = space.watch(change -> {});
    increment(space, 1);
    FailingJournal.FREE_BYTES.set(1_000);
    watch.close();
    awaitAllAway(node);
    assertEquals(2, space.pnCounter("n").value());
    assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
    assertEquals(2, space.pnCounter("n").value());
    FailingJournal.repair();
    increment(space, 1);
    awaitAllAway(node);
    assertEquals(3, space.pnCounter("n").value());
    node.close();
    MeshNode again = nodes.start("a", SOON.withFallback(FAILING));
    assertEquals(3, again.agent("x").space("s").pnCounter("n").value());
  }

  @Test
  void readersWaitForARecoveryAndOthersDoNot() {
    MeshNode node = nodes.start("a", SOON.withFallback(FAILING));
    Space slow = node.agent("x").space("slow");
    increment(slow, 1);
    Space other = node.agent("x").space("other");
    Watch watch = other.watch(change -> {});
    Await.until("the slow one has left", () -> loaded(node) == BOOKS + 1);
    FailingJournal.holdReading();
    CompletableFuture<Long> read =
        CompletableFuture.supplyAsync(
            () -> slow.pnCounter("n").value(), task -> new Thread(task).start());
    assertEquals(0, other.pnCounter("n").value());
    assertFalse(read.isDone());
    FailingJournal.repair();
    assertEquals(1, read.join());
    watch.close();
  }
}
