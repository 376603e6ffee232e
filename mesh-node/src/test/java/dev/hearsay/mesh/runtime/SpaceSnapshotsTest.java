package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.PnCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of a space is cut no further than its snapshots allow. */
class SpaceSnapshotsTest {
  @TempDir Path directory;

  @Test
  void theOldestOfThreeSnapshotsIsEnough() throws IOException {
    int events = 4 * SpaceJournal.EVENTS_PER_SNAPSHOT + 100;
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode node = nodes.start("a", ConfigFactory.empty());
      PnCounter counter = node.agent("writer").space("session").pnCounter("n");
      for (int i = 0; i < events; i++) {
        counter.increment();
      }
    }
    List<Path> snapshots = snapshots();
    assertTrue(snapshots.size() >= SpaceJournal.SNAPSHOTS_KEPT, snapshots::toString);
    for (Path damaged : snapshots.subList(snapshots.size() - 2, snapshots.size())) {
      Files.write(damaged, new byte[100]);
    }
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode node = nodes.start("a", ConfigFactory.empty());
      assertEquals(events, node.agent("writer").space("session").pnCounter("n").value());
    }
  }

  private List<Path> snapshots() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("a/snapshots/entities"))) {
      return files
          .filter(file -> file.toString().endsWith(".snapshot"))
          .filter(file -> file.getParent().toString().contains("session"))
          .sorted()
          .toList();
    }
  }
}
