package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  /** What is noted, one after the other, and what is thrown, of a deletion whose steps fail so. */
  private static HearsayException refused(
      List<Boolean> noted, ErrorCode ofEmptying, @Nullable ErrorCode ofTakingBack) {
    SpaceDeletion deletion =
        new SpaceDeletion(
            "s",
            deleted -> {
              if (!deleted && ofTakingBack != null) {
                throw new HearsayException(ofTakingBack, "why not");
              }
              noted.add(deleted);
            },
            () -> {
              throw new HearsayException(ofEmptying, "why");
            });
    return assertThrows(HearsayException.class, deletion::run);
  }

  @Test
  void aDeletionThatIsRefusedHasDeletedNothing() {
    List<Boolean> noted = new ArrayList<>();
    HearsayException refusal = refused(noted, ErrorCode.CLOCK_OFF, null);
    assertEquals(List.of(true, false), noted);
    assertEquals("why", refusal.getMessage());
    noted.clear();
    // If nobody knows whether the space is empty, the note stays: it holds if it is.
    assertEquals(
        ErrorCode.WRITE_UNCONFIRMED, refused(noted, ErrorCode.WRITE_UNCONFIRMED, null).code());
    assertEquals(List.of(true), noted);
  }

  @Test
  void aNoteThatCannotBeTakenBackIsTold() {
    List<Boolean> noted = new ArrayList<>();
    HearsayException both = refused(noted, ErrorCode.CLOCK_OFF, ErrorCode.JOURNAL_REFUSED);
    assertEquals(ErrorCode.CLOCK_OFF, both.code());
    String said = String.valueOf(both.getMessage());
    assertTrue(said.startsWith("why; nothing in space 's' is deleted, but"), said);
    assertTrue(said.endsWith(": why not"), said);
  }

  /** As a process that ended between the two steps leaves it. */
  @Test
  void aSpaceThatIsNotedAsDeletedAndNotEmptyIsThere() {
    MeshNode node = nodes.start("a", a, b);
    Space space = node.agent("x").space("s");
    space.orSet("set", String.class).add("x");
    Catalogue catalogue = ((PekkoNode) node).catalogue;
    catalogue.delete("s", /* deleted= */ true);
    assertEquals(Set.of("s"), node.spaces());
    assertTrue(space.orSet("set", String.class).contains("x"));
    node.agent("x").deleteSpace("s");
    assertEquals(Set.of(), node.spaces());
    assertTrue(catalogue.isDeleted("s"));
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
