package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceDeletionTest {
  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(directory);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  @Test
  void aDeletedSpaceIsGoneEverywhereAndItsNameCanBeUsedAgain() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("x").space("s");
    onA.orSet("set", String.class).add("x");
    first.agent("x").space("other").flag("f").enable();
    Await.until("b has both", () -> second.spaces().equals(Set.of("other", "s")));
    Space onB = second.agent("x").space("s");
    Await.until("b has it", () -> onB.frontier().equals(onA.frontier()));
    first.agent("x").deleteSpace("s");
    assertEquals(Set.of("other"), first.spaces());
    Await.until("gone from b", () -> second.spaces().equals(Set.of("other")));
    first.agent("x").deleteSpace("nobody made this");
    assertEquals(Set.of("other"), first.spaces());
    second.agent("x").space("s").orSet("set", String.class).add("y");
    Await.until("back on a", () -> first.spaces().contains("s"));
    Await.until("a has it", () -> onA.orSet("set", String.class).contains("y"));
    assertFalse(onA.orSet("set", String.class).contains("x"));
  }

  @Test
  void aWriteThatTheDeletionDidNotSeeKeepsTheSpace() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space onA = first.agent("x").space("s");
    onA.orSet("set", String.class).add("seen");
    Await.until("b knows it", () -> second.spaces().contains("s"));
    Space onB = second.agent("x").space("s");
    Await.until("b has it", () -> onB.frontier().equals(onA.frontier()));
    first.close();
    onB.orSet("set", String.class).add("not seen");
    second.close();
    MeshNode firstAgain = nodes.start("a", a, b);
    firstAgain.agent("x").deleteSpace("s");
    assertEquals(Set.of(), firstAgain.spaces());
    MeshNode secondAgain = nodes.start("b", b, a);
    Space back = secondAgain.agent("x").space("s");
    Await.until(
        "what was not seen stays on b, and nothing else",
        () -> back.orSet("set", String.class).values().equals(Set.of("not seen")));
    Await.until("and on a", () -> firstAgain.spaces().contains("s"));
    assertEquals(
        Set.of("not seen"), firstAgain.agent("x").space("s").orSet("set", String.class).values());
  }
}
