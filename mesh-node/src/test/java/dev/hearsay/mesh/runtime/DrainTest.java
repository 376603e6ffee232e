package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.DrainProgress;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {
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

  private MeshNode start(String name, int port, String... roles) {
    return nodes.start(name, port, ConfigFactory.empty(), Set.of(roles), a, b, c);
  }

  @Test
  void whatWasDrainedIsOnTheOthersAfterThisNodeIsGone() {
    MeshNode first = start("a", a);
    List<Space> spaces = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      spaces.add(first.agent("x").space("s" + i));
      spaces.get(i).pnCounter("n").increment(i + 1);
    }
    MeshNode second = start("b", b);
    List<DrainProgress> progress = new ArrayList<>();
    first.drain(1, WAIT_MAX, progress::add);
    DrainProgress last = progress.get(progress.size() - 1);
    assertEquals(6, last.spaces()); // the catalogue too
    assertEquals(6, last.spacesDone());
    first.close();
    for (int i = 0; i < 5; i++) {
      assertEquals(i + 1, second.agent("x").space("s" + i).pnCounter("n").value());
    }
  }

  /** The one waits for a third; the other one counts on nobody meanwhile. */
  @Test
  void oneThatIsDrainedItselfIsNotCountedUntilItsDrainHasFailed() throws Exception {
    MeshNode again = start("a", a);
    MeshNode second = start("b", b);
    again.agent("x").space("common").flag("f").enable();
    CompletableFuture<DrainProgress> begun = new CompletableFuture<>();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> second.drain(2, Duration.ofSeconds(3), begun::complete));
    begun.get(10, TimeUnit.SECONDS);
    HearsayException failure =
        assertThrows(HearsayException.class, () -> again.drain(1, Duration.ofSeconds(1)));
    assertTrue(failure.getMessage().contains("b (drained too)"), failure::toString);
    assertThrows(ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
    again.drain(1, WAIT_MAX);
  }

  /** To two of three others, of spaces that are not in memory anywhere. */
  @Test
  void whatIsIdleIsDrainedToTwoOthersToo() {
    int d = TestNodes.freePort();
    Config idle = ConfigFactory.parseString("hearsay.space.idle-after = 10ms");
    List<MeshNode> all = new ArrayList<>();
    List<Integer> ports = List.of(a, b, c, d);
    for (int i = 0; i < 4; i++) {
      all.add(nodes.start("n" + i, idle, ports.get(i), a, b, c, d));
    }
    MeshNode first = all.get(0);
    for (int i = 0; i < 20; i++) {
      first.agent("x").space("s" + i).pnCounter("n").increment(i + 1);
    }
    Await.until(
        "the spaces have left the memory",
        () -> all.stream().allMatch(node -> ((PekkoNode) node).loadedSpaces() == 1));
    first.drain(2, WAIT_MAX);
    first.close();
    // Whichever of the others is lost next, another one has it.
    for (int i = 0; i < 20; i++) {
      int number = i;
      long having =
          all.subList(1, 4).stream()
              .filter(node -> node.spaces().contains("s" + number))
              .filter(
                  node -> node.agent("x").space("s" + number).pnCounter("n").value() == number + 1)
              .count();
      assertTrue(having >= 2, "s" + i + " is on " + having);
    }
  }

  /** What is written after the call may be missing; all that was acknowledged before is there. */
  @Test
  void aDrainDuringWritesReturnsAndHoldsForWhatWasWrittenBefore() throws Exception {
    MeshNode first = start("a", a);
    MeshNode second = start("b", b);
    MeshNode third = start("c", c);
    Space space = first.agent("x").space("s");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong acknowledged = new AtomicLong();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              while (!stop.get()) {
                space.pnCounter("n").increment();
                acknowledged.incrementAndGet();
              }
            });
    for (int i = 0; i < 5; i++) {
      long before = acknowledged.get();
      Await.until("writing goes on", () -> acknowledged.get() > before + 20);
      long due = acknowledged.get();
      first.drain(2, WAIT_MAX);
      for (MeshNode other : List.of(second, third)) {
        long there = other.agent("x").space("s").pnCounter("n").value();
        assertTrue(there >= due, other.name() + " has " + there + " of " + due);
      }
    }
    stop.set(true);
    writer.get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatIsMissingIsNamed() {
    MeshNode first = start("a", a, "gpu");
    start("b", b);
    Space common = first.agent("x").space("common");
    common.flag("f").enable();
    first.drain(1, WAIT_MAX);
    first.agent("x").space("only here", SpaceOptions.onRoles("gpu")).flag("f").enable();
    HearsayException failure =
        assertThrows(HearsayException.class, () -> first.drain(1, Duration.ofSeconds(2)));
    assertEquals(ErrorCode.DRAIN_TIMEOUT, failure.code());
    assertTrue(failure.isDefinite());
    assertTrue(failure.getMessage().contains("'only here' is on 0"), failure::toString);
    assertTrue(!failure.getMessage().contains("'common'"), failure::toString);
    HearsayException two =
        assertThrows(HearsayException.class, () -> first.drain(2, Duration.ofMillis(500)));
    assertTrue(two.getMessage().contains("'common' is on 1"), two::toString);
    assertThrows(HearsayException.class, () -> first.drain(0, WAIT_MAX));
  }
}
