package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.Transaction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a space promises on one node; each test has a space of its own. */
class SpaceTest {
  @TempDir static Path directory;

  private static TestNodes nodes;
  private static MeshNode node;

  private Space space;

  @BeforeAll
  static void startNode() {
    nodes = new TestNodes(directory);
    node = nodes.start("a", TestNodes.freePort());
  }

  @AfterAll
  static void closeNode() {
    nodes.close();
  }

  @BeforeEach
  void openSpace(TestInfo test) {
    space = node.agent("author").space(test.getTestMethod().orElseThrow().getName());
  }

  private static HearsayException assertFails(ErrorCode code, Executable action) {
    HearsayException failure = assertThrows(HearsayException.class, action);
    assertEquals(code, failure.code(), failure.getMessage());
    return failure;
  }

  @Test
  void aBodyThatThrowsWritesNothingAndItsExceptionArrives() {
    IllegalStateException own = new IllegalStateException("the body's own");
    String before = space.digest();
    assertSame(
        own,
        assertThrows(
            IllegalStateException.class,
            () ->
                space.update(
                    tx -> {
                      tx.orSet("set", String.class).add("x");
                      tx.pnCounter("n").increment();
                      throw own;
                    })));
    assertEquals(before, space.digest());
    assertEquals(List.of(), space.fields());
  }

  @Test
  void anErrorInABodyArrivesAndTheSpaceGoesOn() {
    AssertionError own = new AssertionError("the body's own");
    assertSame(
        own,
        assertThrows(
            AssertionError.class,
            () ->
                space.update(
                    tx -> {
                      throw own;
                    })));
    space.pnCounter("n").increment();
    assertEquals(1, space.pnCounter("n").value());
  }

  @Test
  void aTransactionReadsItsOwnWrites() {
    space.orSet("set", String.class).add("before");
    space.update(
        tx -> {
          OrSet<String> set = tx.orSet("set", String.class);
          assertEquals(Set.of("before"), set.values());
          set.add("x");
          set.remove("before");
          assertEquals(Set.of("x"), set.values());
          tx.pnCounter("n").increment(5);
          assertEquals(5, tx.pnCounter("n").value());
          tx.lwwRegister("r", String.class).set("v");
          assertEquals(Optional.of("v"), tx.lwwRegister("r", String.class).get());
          tx.appendLog("log", String.class).append("1");
          tx.appendLog("log", String.class).append("2");
          assertEquals(List.of("1", "2"), tx.appendLog("log", String.class).entries());
          assertEquals(Set.of("before"), space.orSet("set", String.class).values());
        });
    assertEquals(Set.of("x"), space.orSet("set", String.class).values());
    assertEquals(5, space.pnCounter("n").value());
  }

  @Test
  void aBodyThatWritesNothingChangesNothing() {
    space.pnCounter("n").increment();
    Frontier before = space.frontier();
    assertEquals(before, space.update(tx -> tx.pnCounter("n").value()));
    assertEquals(before, space.frontier());
  }

  @Test
  void aTransactionMustNotWaitForAnotherWrite() {
    Space other = node.agent("author").space("another");
    for (Executable waiting :
        List.<Executable>of(
            () -> space.update(tx -> space.pnCounter("n").increment()),
            () -> space.update(tx -> other.update(inner -> inner.pnCounter("n").increment())),
            () -> space.update(tx -> node.agent("author").space("a new one")),
            () -> space.update(tx -> space.awaitFrontier(space.frontier(), Duration.ZERO)))) {
      assertFails(ErrorCode.NESTED_UPDATE, waiting);
    }
    assertEquals(List.of(), space.fields());
    CompletableFuture<Frontier> inner = new CompletableFuture<>();
    space.update(
        tx ->
            space
                .updateAsync(later -> later.pnCounter("n").increment())
                .thenAccept(inner::complete));
    space.awaitFrontier(inner.join(), Duration.ofSeconds(10));
    assertEquals(1, space.pnCounter("n").value());
  }

  @Test
  void aSnapshotIsFrozenAndReadOnly() {
    space.orSet("set", String.class).add("x");
    Snapshot snapshot = space.snapshot();
    space.orSet("set", String.class).add("y");
    assertEquals(Set.of("x"), snapshot.orSet("set", String.class).values());
    assertFalse(snapshot.frontier().covers(space.frontier()));
    assertFails(ErrorCode.READ_ONLY, () -> snapshot.orSet("set", String.class).add("z"));
    assertFails(ErrorCode.READ_ONLY, () -> snapshot.pnCounter("n").increment());
  }

  @Test
  void aTransactionThatHasEndedIsReadOnly() {
    AtomicReference<Transaction> escaped = new AtomicReference<>();
    AtomicReference<OrSet<String>> field = new AtomicReference<>();
    space.update(
        tx -> {
          escaped.set(tx);
          field.set(tx.orSet("set", String.class));
          field.get().add("x");
        });
    assertFails(ErrorCode.READ_ONLY, () -> escaped.get().pnCounter("n"));
    assertFails(ErrorCode.READ_ONLY, () -> field.get().add("y"));
    assertFails(ErrorCode.READ_ONLY, () -> field.get().values());
    assertEquals(Set.of("x"), space.orSet("set", String.class).values());
  }

  @Test
  void aTransactionBelongsToTheThreadItWasGivenTo() {
    space.update(
        tx -> {
          CompletableFuture<Void> elsewhere =
              CompletableFuture.runAsync(
                  () -> tx.pnCounter("n").increment(), task -> new Thread(task).start());
          Throwable failure = elsewhere.handle((done, thrown) -> thrown).join().getCause();
          assertEquals(ErrorCode.READ_ONLY, ((HearsayException) failure).code());
        });
    assertEquals(List.of(), space.fields());
  }

  @Test
  void aNameHasOneType() {
    space.orSet("field", String.class).add("x");
    assertFails(ErrorCode.TYPE_CONFLICT, () -> space.pnCounter("field"));
    assertFails(ErrorCode.TYPE_CONFLICT, () -> space.update(tx -> tx.pnCounter("field")));
    assertFails(ErrorCode.TYPE_CONFLICT, () -> space.snapshot().lwwRegister("field", String.class));
    assertFails(
        ErrorCode.TYPE_CONFLICT,
        () ->
            space.update(
                tx -> {
                  tx.pnCounter("new").increment();
                  tx.orSet("new", String.class).add("x");
                }));
    assertEquals(1, space.fields().size());
    assertEquals(List.of(), space.conflicts());
  }

  /** Two handles, opened while the name was free: the first write settles the type. */
  @Test
  void theFirstWriteSettlesTheType() {
    OrSet<String> set = space.orSet("field", String.class);
    var counter = space.pnCounter("field");
    set.add("x");
    assertFails(ErrorCode.TYPE_CONFLICT, counter::increment);
    assertEquals(List.of(), space.conflicts());
  }

  private record Point(int x, int y) {}

  @Test
  void aFieldHasOneClassOfValues() {
    space.orSet("set", String.class).add("x");
    space.appendLog("log", Point.class).append(new Point(1, 2));
    assertFails(ErrorCode.VALUE_TYPE_MISMATCH, () -> space.orSet("set", Long.class));
    assertFails(ErrorCode.VALUE_TYPE_MISMATCH, () -> space.appendLog("log", String.class));
    assertFails(ErrorCode.VALUE_UNSUPPORTED, () -> space.orSet("other", Thread.class));
    assertEquals(List.of(new Point(1, 2)), space.appendLog("log", Point.class).entries());
  }

  static Stream<String> badNames() {
    return Stream.of(
        "", "x".repeat(257), "é".repeat(129), "tab\there", "nul\0", "\ud800", "hearsay/own");
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void aBadNameIsRefusedWhateverItNames(String name) {
    assertFails(ErrorCode.INVALID_NAME, () -> space.orSet(name, String.class));
    assertFails(ErrorCode.INVALID_NAME, () -> space.update(tx -> tx.pnCounter(name)));
    assertFails(ErrorCode.INVALID_NAME, () -> node.agent("author").space(name));
    assertFails(ErrorCode.INVALID_NAME, () -> node.agent(name));
    assertFails(
        ErrorCode.INVALID_NAME,
        () ->
            MeshNode.builder()
                .name(name)
                .dataDirectory(directory.resolve("never"))
                .listen("127.0.0.1", 0)
                .start());
    assertFalse(directory.resolve("never").toFile().exists());
  }

  @Test
  void theLongestNameWorks() {
    String name = "é".repeat(128);
    node.agent(name).space(name).pnCounter(name).increment();
    assertEquals(1, node.agent("x").space(name).pnCounter(name).value());
    assertTrue(node.spaces().contains(name));
  }

  @Test
  void aChangeOverTheLimitIsRefusedWhole() {
    String before = space.digest();
    HearsayException failure =
        assertFails(
            ErrorCode.LIMIT_EXCEEDED,
            () ->
                space.update(
                    tx -> {
                      tx.pnCounter("n").increment();
                      tx.lwwRegister("r", String.class).set("x".repeat(1 << 20));
                    }));
    assertTrue(failure.isDefinite());
    assertTrue(failure.getMessage().contains("1048576"), failure.getMessage());
    assertEquals(before, space.digest());
    space.lwwRegister("r", String.class).set("x".repeat((1 << 20) - 1_000));
    assertEquals((1 << 20) - 1_000, space.lwwRegister("r", String.class).get().get().length());
  }

  @Test
  void tenThousandWritesInFlightTakeEffectInCallOrder() {
    int count = 10_000;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    threads.resetPeakThreadCount();
    int before = threads.getThreadCount();
    List<CompletableFuture<Frontier>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int entry = i;
      writes.add(
          space
              .updateAsync(tx -> tx.appendLog("log", Integer.class).append(entry))
              .thenApply(SpaceTest::slowly)
              .toCompletableFuture());
    }
    CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
    AppendLog<Integer> log = space.appendLog("log", Integer.class);
    assertEquals(IntStream.range(0, count).boxed().toList(), log.entries());
    assertTrue(space.frontier().covers(writes.get(count - 1).join()));
    int more = threads.getPeakThreadCount() - before;
    assertTrue(more < 50, more + " threads more for the callbacks of 10,000 writes");
  }

  private static Frontier slowly(Frontier frontier) {
    LockSupport.parkNanos(100_000);
    return frontier;
  }

  @Test
  void aFailedWriteInThePipelineFailsAloneAndOnItsStage() {
    CompletableFuture<Frontier> bad =
        space
            .updateAsync(
                tx -> {
                  tx.pnCounter("n").increment(100);
                  throw new IllegalArgumentException("mine");
                })
            .toCompletableFuture();
    CompletableFuture<Frontier> good =
        space.updateAsync(tx -> tx.pnCounter("n").increment()).toCompletableFuture();
    good.join();
    assertTrue(bad.isCompletedExceptionally());
    assertEquals(1, space.pnCounter("n").value());
  }

  /** A stage's callback may use the API without a deadlock, also to wait for another write. */
  @Test
  void aCallbackMayWaitForAnotherWrite() {
    Consumer<Fields> increment = fields -> fields.pnCounter("n").increment();
    space
        .updateAsync(increment::accept)
        .thenAccept(
            first -> {
              space.update(increment::accept);
              space.updateAsync(increment::accept).toCompletableFuture().join();
            })
        .toCompletableFuture()
        .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
        .join();
    assertEquals(3, space.pnCounter("n").value());
  }

  @Test
  void concurrentWritersLoseNothing() {
    int writers = 8;
    int each = 200;
    CompletableFuture.allOf(
            IntStream.range(0, writers)
                .mapToObj(
                    writer ->
                        CompletableFuture.runAsync(
                            () -> {
                              for (int i = 0; i < each; i++) {
                                space.pnCounter("n").increment();
                              }
                            },
                            task -> new Thread(task).start()))
                .toArray(CompletableFuture[]::new))
        .join();
    assertEquals((long) writers * each, space.pnCounter("n").value());
  }

  @Test
  void aFrontierPrintsAndParses() {
    assertEquals(space.frontier(), Frontier.parse(space.frontier().toString()));
    Frontier frontier = space.update(tx -> tx.pnCounter("n").increment());
    assertEquals(frontier, Frontier.parse(frontier.toString()));
    for (String bad : List.of("!", "AQ", "AAAA", "no frontier", frontier + "A")) {
      assertFails(ErrorCode.INVALID_CONFIGURATION, () -> Frontier.parse(bad));
    }
  }

  @Test
  void aFrontierThatIsNotReachedInTimeSaysSo() {
    Space ahead = node.agent("author").space("ahead of the other");
    AtomicInteger count = new AtomicInteger();
    Frontier elsewhere = ahead.update(tx -> tx.pnCounter("n").increment(count.incrementAndGet()));
    ahead.update(tx -> tx.pnCounter("n").increment());
    Frontier further = ahead.update(tx -> tx.pnCounter("n").increment());
    space.pnCounter("n").increment();
    space.awaitFrontier(elsewhere, Duration.ofSeconds(1));
    HearsayException failure =
        assertFails(
            ErrorCode.FRONTIER_TIMEOUT, () -> space.awaitFrontier(further, Duration.ofMillis(50)));
    assertTrue(failure.isDefinite());
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> space.awaitFrontier(further, ChronoUnit.FOREVER.getDuration()),
            task -> new Thread(task).start());
    space.pnCounter("n").increment();
    space.pnCounter("n").increment();
    waiting.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
  }
}
