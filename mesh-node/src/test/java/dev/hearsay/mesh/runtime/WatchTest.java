package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a watch promises. */
class WatchTest {
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

  @Test
  void everyChangeIsSeenInOrderWithTheStateRightAfterIt() {
    List<SpaceChange> seen = new CopyOnWriteArrayList<>();
    space.watch(seen::add);
    int count = 500;
    for (int i = 0; i < count; i++) {
      int entry = i;
      space.updateAsync(
          tx -> {
            tx.appendLog("log", Integer.class).append(entry);
            tx.pnCounter("n").increment();
          });
    }
    Await.until("all changes are seen", () -> seen.size() == count);
    for (int i = 0; i < count; i++) {
      SpaceChange change = seen.get(i);
      assertEquals(i + 1, change.snapshot().pnCounter("n").value());
      assertEquals(List.of(i), change.snapshot().appendLog("log", Integer.class).last(1));
      assertEquals(Set.of("log", "n"), Set.copyOf(change.fields()));
      assertEquals("author", change.author());
      assertEquals(space.name(), change.space());
      assertTrue(change.local());
    }
  }

  @Test
  void aWatcherThatThrowsGoesOn() {
    AtomicInteger calls = new AtomicInteger();
    space.watch(
        change -> {
          switch (calls.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("planted by a test");
            case 2 -> throw new AssertionError("planted by a test");
            default -> {}
          }
        });
    for (int i = 0; i < 3; i++) {
      space.pnCounter("n").increment();
    }
    Await.until("the third call", () -> calls.get() == 3);
  }

  @Test
  void noCallBeginsAfterCloseAndOneUnderWayIsWaitedFor() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean calledAfterClose = new AtomicBoolean();
    Watch watch =
        space.watch(
            change -> {
              calledAfterClose.compareAndSet(false, closed.get());
              entered.countDown();
              awaitUninterruptibly(leave);
            });
    space.pnCounter("n").increment();
    space.pnCounter("n").increment();
    awaitUninterruptibly(entered);
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(
            () -> {
              watch.close();
              closed.set(true);
            },
            task -> new Thread(task).start());
    assertTrue(!closing.isDone(), "close returned while a call was under way");
    leave.countDown();
    closing.join();
    AtomicInteger after = new AtomicInteger();
    space.watch(change -> after.incrementAndGet());
    space.pnCounter("n").increment();
    Await.until("a later watch is called", () -> after.get() == 1);
    assertTrue(!calledAfterClose.get(), "called after close");
    watch.close();
  }

  @Test
  void aWatcherMayCloseItsOwnWatchAndWrite() {
    AtomicReference<Watch> watch = new AtomicReference<>();
    CountDownLatch ready = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    watch.set(
        space.watch(
            change -> {
              awaitUninterruptibly(ready);
              calls.incrementAndGet();
              watch.get().close();
              space.lwwRegister("answer", String.class).set("written by the watcher");
            }));
    ready.countDown();
    space.pnCounter("n").increment();
    Await.until(
        "the watcher has written",
        () -> space.lwwRegister("answer", String.class).get().isPresent());
    assertEquals(1, calls.get());
  }

  @Test
  void aSlowWatcherGetsChangesMergedAndLosesNone() {
    CountDownLatch leave = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<SpaceChange> last = new AtomicReference<>();
    space.watch(
        change -> {
          awaitUninterruptibly(leave);
          calls.incrementAndGet();
          last.set(change);
        });
    int writes = Watchers.WAITING_MAX + 500;
    CompletableFuture<?> latest = new CompletableFuture<>();
    for (int i = 0; i < writes; i++) {
      String field = "field" + i % 3;
      latest = space.updateAsync(tx -> tx.pnCounter(field).increment()).toCompletableFuture();
    }
    latest.join();
    AtomicReference<SpaceChange> probe = new AtomicReference<>();
    space.watch(probe::set);
    Frontier end = space.update(tx -> tx.pnCounter("field0").increment());
    Await.until(
        "all changes have been handed to the watches",
        () -> probe.get() != null && probe.get().snapshot().frontier().covers(end));
    leave.countDown();
    Await.until(
        "the last change is seen",
        () -> last.get() != null && last.get().snapshot().frontier().equals(space.frontier()));
    assertTrue(calls.get() <= Watchers.WAITING_MAX + 1, calls + " calls");
    assertEquals(Set.of("field0", "field1", "field2"), Set.copyOf(last.get().fields()));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    Await.until("the latch", () -> latch.getCount() == 0);
  }
}
