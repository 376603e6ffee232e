package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.persistence.FailingJournal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, and one that breaks. */
class JournalFailureTest {
  private static final Config FAILING =
      ConfigFactory.parseString(
          "hearsay.journal.class = \"" + FailingJournal.class.getName() + "\"");

  @TempDir Path directory;

  private TestNodes nodes;
  private MeshNode node;
  private Space space;

  @BeforeEach
  void startNode() {
    FailingJournal.repair();
    nodes = new TestNodes(directory);
    node = nodes.start("a", FAILING);
    space = node.agent("x").space("s");
    space.pnCounter("n").increment();
  }

  @AfterEach
  void closeAll() {
    nodes.close();
    FailingJournal.repair();
  }

  private ErrorCode codeOf(CompletableFuture<Frontier> write) {
    CompletionException failure = assertThrows(CompletionException.class, write::join);
    return assertInstanceOf(HearsayException.class, failure.getCause()).code();
  }

  @Test
  void onAFullDiskWritesAreRefusedReadsGoOnAndWritingResumesByItself() {
    FailingJournal.FREE_BYTES.set(1_000);
    for (int i = 0; i < 3; i++) {
      HearsayException refused =
          assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
      assertEquals(ErrorCode.JOURNAL_REFUSED, refused.code(), refused.getMessage());
      assertTrue(refused.isDefinite());
      assertTrue(refused.getMessage().contains("1000 bytes free"), refused.getMessage());
      assertEquals(1, space.pnCounter("n").value());
    }
    assertThrows(HearsayException.class, () -> node.agent("x").space("a new one"));
    FailingJournal.repair();
    space.pnCounter("n").increment();
    assertEquals(2, space.pnCounter("n").value());
    node.agent("x").space("a new one").pnCounter("n").increment();
    node.close();
    Space again = nodes.start("a", FAILING).agent("x").space("s");
    assertEquals(2, again.pnCounter("n").value());
  }

  @Test
  void aFullDiskRefusesAllThatWaitsAndTheStateIsThatOfTheJournal() {
    FailingJournal.FREE_BYTES.set(1_000);
    List<CompletableFuture<Frontier>> writes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      writes.add(space.updateAsync(tx -> tx.pnCounter("n").increment()).toCompletableFuture());
    }
    writes.forEach(write -> assertEquals(ErrorCode.JOURNAL_REFUSED, codeOf(write)));
    assertEquals(1, space.pnCounter("n").value());
    FailingJournal.repair();
    // In the order of the calls, though the first of them meet a space that is still recovering.
    List<CompletableFuture<Frontier>> later = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int entry = i;
      later.add(
          space
              .updateAsync(tx -> tx.appendLog("log", Integer.class).append(entry))
              .toCompletableFuture());
    }
    later.forEach(CompletableFuture::join);
    List<Integer> log = space.appendLog("log", Integer.class).entries();
    assertEquals(200, log.size());
    for (int i = 0; i < 200; i++) {
      assertEquals(i, log.get(i));
    }
  }

  @Test
  void writesThatMeetARecoveringSpaceTakeEffectInCallOrder() {
    FailingJournal.FREE_BYTES.set(1_000);
    FailingJournal.holdReading();
    assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
    FailingJournal.FREE_BYTES.set(Long.MAX_VALUE);
    int count = 5_000;
    List<CompletableFuture<Frontier>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i == 1_000) {
        assertTrue(writes.stream().noneMatch(CompletableFuture::isDone), "not recovering");
        FailingJournal.repair();
      }
      int entry = i;
      writes.add(
          space
              .updateAsync(tx -> tx.appendLog("log", Integer.class).append(entry))
              .toCompletableFuture());
    }
    writes.forEach(CompletableFuture::join);
    assertEquals(
        IntStream.range(0, count).boxed().toList(),
        space.appendLog("log", Integer.class).entries());
  }

  @Test
  void aWriteThatFailedHalfWayIsIndefiniteAndReadsGoOn() {
    Space other = node.agent("x").space("other");
    FailingJournal.WRITES_TO_FAIL.set(1);
    HearsayException failure =
        assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
    assertEquals(ErrorCode.WRITE_UNCONFIRMED, failure.code(), failure.getMessage());
    assertFalse(failure.isDefinite());
    assertEquals(1, space.pnCounter("n").value());
    // The journal takes nothing more: what the disk holds is unknown until it is read back.
    HearsayException shut =
        assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
    assertTrue(shut.isDefinite(), shut.getMessage());
    assertEquals(1, space.pnCounter("n").value());
    HearsayException elsewhere =
        assertThrows(HearsayException.class, () -> other.pnCounter("n").increment());
    assertEquals(ErrorCode.JOURNAL_REFUSED, elsewhere.code(), elsewhere.getMessage());
    assertTrue(elsewhere.getMessage().contains("open it again"), elsewhere.getMessage());
    node.close();
    FailingJournal.repair();
    Space again = nodes.start("a", FAILING).agent("x").space("s");
    assertEquals(1, again.pnCounter("n").value());
    again.pnCounter("n").increment();
    assertEquals(2, again.pnCounter("n").value());
  }

  @Test
  void aSpaceWhoseJournalFailedMintsUnderANewIncarnation() {
    Frontier before = space.frontier();
    FailingJournal.FREE_BYTES.set(1_000);
    assertThrows(HearsayException.class, () -> space.pnCounter("n").increment());
    FailingJournal.repair();
    Frontier after = space.update(tx -> tx.pnCounter("n").increment());
    assertTrue(after.covers(before));
    assertEquals(2, after.versions().size());
    assertEquals(2, space.pnCounter("n").value());
  }
}
