package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledgements by voters and operation ids, on real nodes. */
class AcknowledgementTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(700);

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

  private MeshNode startA() {
    return nodes.start("a", a, b, c);
  }

  private MeshNode startB() {
    return nodes.start("b", b, a, c);
  }

  private MeshNode startC() {
    return nodes.start("c", c, a, b);
  }

  private static void meet(MeshNode... mesh) {
    for (MeshNode node : mesh) {
      Await.until(
          node.name() + " reaches the others",
          () ->
              node.peers().stream().filter(p -> p.reachable() && !p.id().isEmpty()).count()
                  == mesh.length - 1);
    }
  }

  private static Space space(MeshNode node) {
    return node.agent(node.name()).space("s");
  }

  private static Space known(MeshNode node) {
    Await.until(node.name() + " knows s", () -> node.spaces().contains("s"));
    return space(node);
  }

  private static ErrorCode codeOf(Runnable action) {
    return assertThrows(HearsayException.class, action::run).code();
  }

  @Test
  void whatAQuorumAcknowledgedAQuorumReadSeesOnAnyNode() {
    MeshNode first = startA();
    MeshNode second = startB();
    MeshNode third = startC();
    meet(first, second, third);
    Space onA = space(first);
    assertEquals(Set.of(first.id(), second.id(), third.id()), onA.voters().nodes());
    Space onC = known(third);
    for (int i = 0; i < 50; i++) {
      Frontier written =
          onA.with(WriteOptions.quorum(LONG)).update(tx -> tx.pnCounter("n").increment());
      Snapshot seen = onC.read(ReadOptions.quorum(LONG));
      assertTrue(seen.frontier().covers(written));
      assertEquals(i + 1, seen.pnCounter("n").value());
    }
    // Fields of a space with options write with them.
    onA.with(WriteOptions.all(LONG)).orSet("set", String.class).add("x");
    assertEquals(Set.of("x"), known(second).orSet("set", String.class).values());
    assertEquals(Set.of("x"), onC.orSet("set", String.class).values());
    assertEquals(
        Set.of("x"),
        onC.readAsync(ReadOptions.atLeast(2, LONG))
            .toCompletableFuture()
            .join()
            .orSet("set", String.class)
            .values());
    figures(onA);
  }

  private static void figures(Space space) {
    System.out.printf(
        "p50 of a write over 3 nodes of one process: LOCAL %d us, QUORUM %d us%n",
        medianMicros(space), medianMicros(space.with(WriteOptions.quorum(LONG))));
  }

  private static long medianMicros(Space space) {
    long[] nanos = new long[500];
    for (int i = 0; i < nanos.length; i++) {
      long from = System.nanoTime();
      space.pnCounter("n").increment();
      nanos[i] = System.nanoTime() - from;
    }
    // The first ones warm up.
    Arrays.sort(nanos, 200, nanos.length);
    return TimeUnit.NANOSECONDS.toMicros(nanos[350]);
  }

  @Test
  void withoutAMajorityAWriteIsIndefiniteAndSaysWhoWasNotHeard() {
    MeshNode first = startA();
    Space onA;
    try (MeshNode second = startB();
        MeshNode third = startC()) {
      meet(first, second, third);
      onA = space(first);
      onA.with(WriteOptions.all(LONG)).pnCounter("n").increment();
    }
    HearsayException late =
        assertThrows(
            HearsayException.class,
            () -> onA.update(WriteOptions.quorum(SHORT), tx -> tx.pnCounter("n").increment()));
    assertEquals(ErrorCode.ACKNOWLEDGEMENT_TIMEOUT, late.code());
    assertFalse(late.isDefinite());
    assertTrue(
        late.getMessage().contains("1 of 2 voters needed have the change"), late::getMessage);
    assertTrue(late.getMessage().contains("not heard: b"), late::getMessage);
    assertEquals(2, onA.pnCounter("n").value());
    assertEquals(ErrorCode.READ_TIMEOUT, codeOf(() -> onA.read(ReadOptions.quorum(SHORT))));
    startB();
    assertEquals(2, onA.read(ReadOptions.quorum(LONG)).pnCounter("n").value());
  }

  @Test
  void tooFewVotersAreADefiniteErrorAndNothingIsWritten() {
    MeshNode alone = startA();
    Space space = space(alone);
    assertEquals(Set.of(alone.id()), space.voters().nodes());
    HearsayException refused =
        assertThrows(
            HearsayException.class,
            () -> space.update(WriteOptions.atLeast(2, LONG), tx -> tx.flag("f").enable()));
    assertEquals(ErrorCode.TOO_FEW_VOTERS, refused.code());
    assertTrue(refused.isDefinite());
    assertFalse(space.flag("f").isOn());
    assertThrows(
        CompletionException.class,
        () ->
            space
                .updateAsync(WriteOptions.atLeast(2, LONG), tx -> tx.flag("f").enable())
                .toCompletableFuture()
                .join());
    // Its own word is a quorum of one.
    space.update(WriteOptions.quorum(LONG), tx -> tx.flag("f").enable());
    assertTrue(space.read(ReadOptions.all(LONG)).flag("f").isOn());
  }

  @Test
  void aSpaceThatALoneNodeCreatedGetsThreeVotersWhenItIsFirstAskedForThem() {
    MeshNode first = startA();
    Space onA = space(first);
    onA.pnCounter("n").increment();
    MeshNode second = startB();
    MeshNode third = startC();
    meet(first, second, third);
    Space onB = known(second);
    onB.update(WriteOptions.atLeast(3, LONG), tx -> tx.pnCounter("n").increment());
    assertEquals(Set.of(first.id(), second.id(), third.id()), onB.voters().nodes());
    assertEquals(2, onB.voters().version());
    assertEquals(2, onA.pnCounter("n").value());
    assertEquals(2, known(third).pnCounter("n").value());
  }

  @Test
  void votersAreNamedAtCreationAndChangedWithBothMajorities() {
    MeshNode first = startA();
    MeshNode second = startB();
    MeshNode third = startC();
    meet(first, second, third);
    Space onA =
        first
            .agent("x")
            .space("s", SpaceOptions.defaults().withVoters(Set.of(first.id(), second.id())));
    assertEquals(Set.of(first.id(), second.id()), onA.voters().nodes());
    Space onC = known(third);
    onC.changeVoters(Set.of(second.id(), third.id(), first.id()), LONG);
    onC.update(WriteOptions.quorum(LONG), tx -> tx.pnCounter("n").increment());
    second.close();
    onC.update(WriteOptions.quorum(LONG), tx -> tx.pnCounter("n").increment());
    onC.changeVoters(Set.of(third.id()), LONG);
    assertEquals(Set.of(third.id()), onC.voters().nodes());
    assertEquals(3, onC.voters().version());
    assertEquals(
        ErrorCode.VOTERS_UNCHANGED,
        codeOf(() -> onC.changeVoters(Set.of(second.id(), third.id()), SHORT)));
    assertEquals(ErrorCode.INVALID_CONFIGURATION, codeOf(() -> onC.changeVoters(Set.of(), SHORT)));
    assertEquals(2, onA.read(ReadOptions.quorum(LONG)).pnCounter("n").value());
  }

  @Test
  void aWriteThatIsRepeatedUnderItsIdHasNoSecondEffect() {
    WriteOptions once = WriteOptions.local().operationId("order 17");
    Frontier first;
    List<SpaceChange> seen = new CopyOnWriteArrayList<>();
    try (MeshNode node = startA()) {
      Space space = space(node);
      space.watch(seen::add);
      first = space.update(once, tx -> tx.pnCounter("n").increment());
      Frontier again = space.update(once, tx -> tx.pnCounter("n").increment());
      assertTrue(space.frontier().covers(again));
      assertEquals(1, space.pnCounter("n").value());
      assertEquals(List.of("n"), space.fields().stream().map(f -> f.name()).toList());
      // A change of its own, to be seen by the watcher after whatever it saw before.
      space.flag("last").enable();
      Await.until("the watcher has seen it", () -> seen.size() >= 2);
      assertEquals(List.of("n"), seen.get(0).fields());
      assertEquals(List.of("last"), seen.get(1).fields());
    }
    MeshNode again = startA();
    Space recovered = space(again);
    recovered.update(once, tx -> tx.pnCounter("n").increment());
    assertEquals(1, recovered.pnCounter("n").value());
    Space onB = known(startB());
    onB.awaitFrontier(first, LONG);
    Frontier there = onB.update(once, tx -> tx.pnCounter("n").increment());
    assertEquals(1, onB.pnCounter("n").value());
    assertTrue(recovered.frontier().covers(there));
    assertEquals(recovered.digest(), onB.digest());
    recovered.update(once.operationId("order 18"), tx -> tx.pnCounter("n").increment());
    assertEquals(2, recovered.pnCounter("n").value());
  }

  @Test
  void aBodyThatThrowsLeavesItsIdUnused() {
    Space space = space(startA());
    WriteOptions once = WriteOptions.local().operationId("id");
    assertThrows(
        IllegalStateException.class,
        () ->
            space.update(
                once,
                tx -> {
                  tx.pnCounter("n").increment();
                  throw new IllegalStateException("no");
                }));
    space.update(once, tx -> tx.pnCounter("n").increment());
    assertEquals(1, space.pnCounter("n").value());
    assertEquals(ErrorCode.INVALID_CONFIGURATION, codeOf(() -> space.with(once)));
    assertEquals(
        ErrorCode.INVALID_NAME, codeOf(() -> WriteOptions.local().operationId("x".repeat(129))));
  }

  @Test
  void aQuorumWriteIsRepeatedOnANodeThatHadNotSeenIt() {
    MeshNode first = startA();
    MeshNode second = startB();
    MeshNode third = startC();
    meet(first, second, third);
    WriteOptions once = WriteOptions.quorum(LONG).operationId("id");
    Space onA = space(first);
    Space onB = known(second);
    Space onC = known(third);
    onA.update(once, tx -> tx.pnCounter("n").increment());
    onC.update(once, tx -> tx.pnCounter("n").increment());
    onB.update(once, tx -> tx.pnCounter("n").increment());
    assertEquals(1, onB.read(ReadOptions.all(LONG)).pnCounter("n").value());
  }

  @Test
  void votersThatAreThereAreNotReplacedByForce() {
    MeshNode first = startA();
    MeshNode second = startB();
    MeshNode third = startC();
    meet(first, second, third);
    Space onA = space(first);
    Set<String> others = Set.of(second.id(), third.id());
    HearsayException refused =
        assertThrows(
            HearsayException.class, () -> onA.replaceLostVoters(others, Set.of(first.id()), SHORT));
    assertEquals(ErrorCode.VOTERS_UNCHANGED, refused.code());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("b, c answered within the last minute"),
        refused::toString);
    assertEquals(3, onA.voters().nodes().size());
  }

  @Test
  void anEarlierFrontierIsWaitedForBesides() {
    Space space = space(startA());
    Frontier written = space.update(tx -> tx.flag("f").enable());
    assertTrue(space.read(ReadOptions.after(written, SHORT)).flag("f").isOn());
    Frontier never = new Frontier(written.versions().with(new ReplicaId(1), 1));
    assertEquals(ErrorCode.READ_TIMEOUT, codeOf(() -> space.read(ReadOptions.after(never, SHORT))));
  }

  @Test
  void nothingIsWaitedForInsideATransaction() {
    Space space = space(startA());
    assertEquals(
        ErrorCode.NESTED_UPDATE,
        codeOf(() -> space.update(tx -> space.read(ReadOptions.quorum(SHORT)))));
  }

  @Test
  void aNodeThatLostItsJournalIsAnother() throws IOException {
    String before;
    try (MeshNode node = startA()) {
      before = node.id();
      space(node).flag("f").enable();
    }
    try (MeshNode node = startA()) {
      assertEquals(before, node.id());
    }
    delete(nodes.directory("a").resolve("journal"));
    assertNotEquals(before, startA().id());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((x, y) -> y.compareTo(x)).toList()) {
        Files.delete(file);
      }
    }
  }
}
