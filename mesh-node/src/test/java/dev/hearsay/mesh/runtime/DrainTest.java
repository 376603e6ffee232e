package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
