package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a voter in doubt stays in doubt over its restarts, until it is trusted. */
class VoterInDoubtTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path directory;

  @Test
  void doubtsAreThereAgainAtTheNextStart() {
    DoubtFile doubts = new DoubtFile(directory);
    doubts.add("s");
    doubts.add("a name with ü and spaces");
    doubts.add("t");
    doubts.remove("t");
    DoubtFile again = new DoubtFile(directory);
    assertTrue(again.contains("s") && again.contains("a name with ü and spaces"));
    assertFalse(again.contains("t"));
    again.remove("s");
    assertFalse(new DoubtFile(directory).contains("s"));
  }

  @Test
  void aFileThatCannotBeReadStopsTheStart() throws IOException {
    for (String text : new String[] {"", "hearsay-doubts 2\ns\n", "nonsense"}) {
      Files.writeString(directory.resolve(DoubtFile.FILE_NAME), text);
      HearsayException failure =
          assertThrows(HearsayException.class, () -> new DoubtFile(directory));
      assertEquals(ErrorCode.DATA_DIRECTORY_UNUSABLE, failure.code());
      assertEquals(text, Files.readString(directory.resolve(DoubtFile.FILE_NAME)));
    }
  }

  /** It has every write, and still does not speak: nobody knows what else it once had. */
  @Test
  void aVoterThatStartsInDoubtHasEverythingAndAcknowledgesNothing() throws IOException {
    int a = TestNodes.freePort();
    int b = TestNodes.freePort();
    int c = TestNodes.freePort();
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode first = nodes.start("a", a, b, c);
      MeshNode second = nodes.start("b", b, a, c);
      MeshNode third = nodes.start("c", c, a, b);
      for (MeshNode node : new MeshNode[] {first, second, third}) {
        Await.until(
            node.name() + " reaches the others",
            () ->
                node.peers().stream().filter(p -> p.reachable() && !p.id().isEmpty()).count() == 2);
      }
      Space space = first.agent("a").space("s");
      space.with(WriteOptions.all(LONG)).update(tx -> tx.pnCounter("n").increment());
      third.close();
      new DoubtFile(nodes.directory("c")).add("s");
      second.close();
      MeshNode again = nodes.start("c", c, a, b);
      assertUnconfirmed(space);
      Space there = again.agent("c").space("s");
      Await.until("it has the write", () -> there.pnCounter("n").value() == 2);
      assertUnconfirmed(space);
      assertTrue(new DoubtFile(nodes.directory("c")).contains("s"));
      // With the other voter there is a majority without it.
      nodes.start("b", b, a, c);
      space.with(WriteOptions.quorum(LONG)).update(tx -> tx.pnCounter("n").increment());
    }
  }

  private static void assertUnconfirmed(Space space) {
    HearsayException failure =
        assertThrows(
            HearsayException.class,
            () ->
                space.with(WriteOptions.quorum(SHORT)).update(tx -> tx.pnCounter("n").increment()));
    assertFalse(failure.isDefinite(), failure::toString);
  }
}
