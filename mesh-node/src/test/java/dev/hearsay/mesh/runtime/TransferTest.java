package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.PnCounter;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.TransferStatus;
import dev.hearsay.persistence.OfflineJournal;
import dev.hearsay.persistence.OfflineRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** States that real nodes give each other, because their changes are not held one by one. */
class TransferTest extends WithNodes {
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final int IN_ONE_CHANGE = 2_000;

  /** So few changes are held one by one that whoever was away gets a state. */
  private static final Config FORGETFUL =
      ConfigFactory.parseString("hearsay.limits { tail-changes-max = 20 }");

  private static final Config SLOW =
      ConfigFactory.parseString("hearsay.limits.transfer-credit = 64 KiB").withFallback(FORGETFUL);

  private static Space space(MeshNode node) {
    Await.until(node.name() + " knows the space", () -> node.spaces().contains("s"));
    return node.agent(node.name()).space("s");
  }

  /** Elements in changes of many each; returns when they are durable. */
  private static void fill(Space space, int elements) {
    CompletableFuture<Frontier> last = new CompletableFuture<>();
    for (int from = 0; from < elements; from += IN_ONE_CHANGE) {
      int first = from;
      last =
          space
              .updateAsync(
                  tx -> {
                    for (int i = first; i < first + IN_ONE_CHANGE; i++) {
                      tx.orSet("set", String.class).add("element number " + i);
                    }
                  })
              .toCompletableFuture();
    }
    last.join();
  }

  private static void assertSame(Space expected, Space actual) {
    actual.awaitFrontier(expected.frontier(), WAIT_MAX);
    expected.awaitFrontier(actual.frontier(), WAIT_MAX);
    assertEquals(expected.digest(), actual.digest());
  }

  @Test
  void aStateArrivesWhileBothSidesGoOnWriting() {
    int elements = Integer.getInteger("hearsay.transfer.elements", 200_000);
    MeshNode first = nodes.start("a", FORGETFUL, a, b);
    Space onA = first.agent("x").space("s");
    fill(onA, elements);
    TransferFigures figures = new TransferFigures();
    MeshNode second = nodes.start("b", FORGETFUL, b, a);
    Space onB = space(second);
    int written = 0;
    boolean seen = false;
    while (onB.orSet("set", String.class).size() < elements) {
      // Nobody sees a part of it.
      onA.appendLog("log", String.class).append("from a " + written);
      long before = System.nanoTime();
      onB.appendLog("log", String.class).append("from b " + written);
      figures.wrote(System.nanoTime() - before);
      written++;
      for (TransferStatus status : second.traffic().transfers()) {
        seen |= status.space().equals("s") && status.elementsTotal() >= elements;
      }
      int size = onB.orSet("set", String.class).size();
      assertTrue(size == 0 || size == elements, size + " elements are seen");
    }
    figures.print(elements, written, second.traffic());
    assertTrue(seen, "its progress was not to be seen in " + written + " writes");
    assertTrue(written > 3, "only " + written + " writes on each side meanwhile");
    assertSame(onA, onB);
    assertEquals(2 * written, onA.appendLog("log", String.class).entries().size());
    Await.until("it is counted", () -> second.traffic().transfersIn() >= 1);
    assertTrue(second.traffic().transferElementsIn() >= elements);
    assertEquals(0, second.traffic().transfersRefused());
  }

  @Test
  void aStateThatBreaksOffIsNotThereAfterARestartAndIsGoneOnWith() {
    int elements = 100_000;
    MeshNode first = nodes.start("a", SLOW, a, b);
    Space onA = first.agent("x").space("s");
    fill(onA, elements);
    MeshNode second = nodes.start("b", SLOW, b, a);
    Await.until(
        "a part has come",
        () ->
            second.traffic().transfers().stream()
                .anyMatch(status -> status.space().equals("s") && status.elements() > 10_000));
    second.close();
    first.close();
    try (MeshNode alone = nodes.start("b", SLOW, b)) {
      Space recovered = alone.agent("x").space("s");
      assertEquals(0, recovered.orSet("set", String.class).size());
      // It works with what it has, and what it writes is not lost by what comes later.
      recovered.orSet("set", String.class).add("written alone");
    }
    MeshNode again = nodes.start("a", SLOW, a, b);
    MeshNode restarted = nodes.start("b", SLOW, b, a);
    assertSame(space(again), space(restarted));
    assertEquals(elements + 1, space(restarted).orSet("set", String.class).size());
    // Counted right after readers see it.
    Await.until("it is counted", () -> restarted.traffic().transfersIn() == 1);
    assertTrue(
        restarted.traffic().transferElementsIn() < elements - 9_000,
        () -> "it came again: " + restarted.traffic());
  }

  /** Few changes of a large state that have left the tail are read from the journal. */
  @Test
  void changesThatLeftTheTailComeFromTheJournal() {
    MeshNode first = nodes.start("a", FORGETFUL, a, b);
    Space onA = first.agent("x").space("s");
    fill(onA, 50_000);
    try (MeshNode second = nodes.start("b", FORGETFUL, b, a)) {
      assertSame(onA, space(second));
    }
    for (int i = 0; i < 300; i++) {
      onA.orSet("set", String.class).add("later " + i);
    }
    long before = first.traffic().transfersOut();
    MeshNode again = nodes.start("b", FORGETFUL, b, a);
    assertSame(onA, space(again));
    assertEquals(before, first.traffic().transfersOut());
    // So it is after a restart of the one who serves, whose tail begins at its last snapshot.
    again.close();
    for (int i = 0; i < 40; i++) {
      onA.orSet("set", String.class).remove("later " + i);
    }
    first.close();
    MeshNode restarted = nodes.start("a", FORGETFUL, a, b);
    Space onRestarted = space(restarted);
    MeshNode third = nodes.start("b", FORGETFUL, b, a);
    assertSame(onRestarted, space(third));
    assertEquals(0, restarted.traffic().transfersOut());
    assertEquals(50_260, space(third).orSet("set", String.class).size());
  }

  /**
   * The journal is not cut where a node that is away needs it, and is cut when it has come back.
   */
  @Test
  void whoWasAwayForMoreThanSnapshotsKeepGetsChanges() throws IOException {
    MeshNode first = nodes.start("a", FORGETFUL, a, b);
    Space onA = first.agent("x").space("s");
    fill(onA, 100_000);
    try (MeshNode second = nodes.start("b", FORGETFUL, b, a)) {
      assertSame(onA, space(second));
    }
    PnCounter counter = onA.pnCounter("n");
    // By their snapshots alone, the first of these would be gone.
    int away = 4 * SpaceJournal.EVENTS_PER_SNAPSHOT + 100;
    for (int i = 0; i < away; i++) {
      counter.increment();
    }
    long before = first.traffic().transfersOut();
    MeshNode again = nodes.start("b", FORGETFUL, b, a);
    assertSame(onA, space(again));
    assertEquals(before, first.traffic().transfersOut(), "changes were enough");
    Await.until("a knows that b has it", () -> first.traffic().unsettledSpaces() == 0);
    for (int i = 0; i < SpaceJournal.EVENTS_PER_SNAPSHOT; i++) {
      counter.increment();
    }
    again.close();
    first.close();
    assertTrue(cutAt("a", "s") >= SpaceJournal.EVENTS_PER_SNAPSHOT, "what both had stayed");
  }

  /** The last event that a node's journal does not hold any more. */
  private long cutAt(String node, String space) throws IOException {
    AtomicLong cut = new AtomicLong();
    try (OfflineJournal journal = OfflineJournal.open(directory.resolve(node).resolve("journal"))) {
      journal.read(
          entry -> {
            if (entry instanceof OfflineRecord.Deletion deletion
                && deletion.persistenceId().equals(SpaceJournal.id(space))) {
              cut.set(deletion.deletedTo());
            }
          },
          finding -> {});
    }
    return cut.get();
  }

  @Test
  void aStateOverTheLimitIsRefusedAndTheNodeGoesOn() {
    MeshNode first = nodes.start("a", FORGETFUL, a, b);
    fill(first.agent("x").space("s"), 60_000);
    MeshNode second =
        nodes.start(
            "b", ConfigFactory.parseString("hearsay.limits.transfer-elements-max = 1000"), b, a);
    Space onB = space(second);
    Await.until("it is refused", () -> second.traffic().transfersRefused() > 0);
    assertEquals(0, onB.orSet("set", String.class).size());
    assertEquals(0, second.traffic().transferElementsIn());
    NodeMetrics.PeerTraffic ofFirst =
        second.metrics().peers().stream()
            .filter(peer -> peer.address().equals(first.address()))
            .findFirst()
            .orElseThrow();
    assertTrue(ofFirst.rejected() > 0, ofFirst.toString());
    assertTrue(ofFirst.lastRejection().contains("the limit is 1000"), ofFirst.lastRejection());
    assertTrue(second.traffic().messagesRejected() > 0);
    onB.pnCounter("n").increment();
    assertEquals(List.of(), second.traffic().transfers());
  }
}
