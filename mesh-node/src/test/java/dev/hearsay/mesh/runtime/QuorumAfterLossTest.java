package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.persistence.OfflineJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What voters have acknowledged to a writer whose own disk goes back behind it. */
class QuorumAfterLossTest extends WithNodes {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Set<String> acknowledged = new TreeSet<>();

  private static Space space(MeshNode node) {
    return node.agent(node.name()).space("s");
  }

  private void write(MeshNode node, String name, int count) {
    for (int i = 0; i < count; i++) {
      String element = name + i;
      space(node)
          .update(WriteOptions.quorum(LONG), tx -> tx.orSet("set", String.class).add(element));
      acknowledged.add(element);
    }
  }

  private void checkAll(MeshNode... all) {
    for (MeshNode node : all) {
      var read = space(node).read(ReadOptions.quorum(LONG));
      assertEquals(acknowledged, new TreeSet<>(read.orSet("set", String.class).values()));
      assertEquals(List.of(), node.forks(), node.name());
    }
  }

  /** Nodes b and c vote, and a writes. */
  private MeshNode[] begin() {
    MeshNode first = nodes.start("a", a, b, c);
    MeshNode second = nodes.start("b", b, a, c);
    MeshNode third = nodes.start("c", c, a, b);
    space(first).flag("met").enable();
    for (MeshNode node : List.of(second, third)) {
      Await.until("met", () -> space(node).flag("met").isOn());
    }
    space(first).changeVoters(Set.of(second.id(), third.id()), LONG);
    return new MeshNode[] {first, second, third};
  }

  @Test
  void nothingIsLostWhereTheWritersDirectoryIsPutBackFromACopy() {
    MeshNode[] all = begin();
    write(all[0], "before", 5);
    all[0].close();
    Path backup = directory.resolve("backup");
    copy(nodes.directory("a"), backup);
    MeshNode first = nodes.start("a", a, b, c);
    write(first, "after", 5);
    first.close();
    delete(nodes.directory("a"));
    copy(backup, nodes.directory("a"));
    MeshNode again = nodes.start("a", a, b, c);
    write(again, "again", 3);
    checkAll(again, all[1], all[2]);
  }

  /**
   * The end of a log is gone with more than half a write: a disk that lied, or a copy too early.
   */
  @Test
  void nothingIsLostWhereTheWritersJournalIsRepairedAndHasLostItsEnd() throws IOException {
    MeshNode[] all = begin();
    write(all[0], "before", 20);
    all[0].close();
    Path leveldb = nodes.directory("a").resolve("journal").resolve("leveldb");
    cutTheEndOfTheLog(leveldb);
    try (OfflineJournal journal = OfflineJournal.open(leveldb.getParent())) {
      journal.cutTornTails();
      assertEquals(List.of(), journal.tornTails());
    }
    try (MeshNode alone = nodes.start("a", TestNodes.freePort())) {
      Space here = space(alone);
      int left = here.orSet("set", String.class).size();
      assertTrue(left < 20, "nothing was cut");
      // On top of less than others have of its replica: not a branch, but a replica of its own.
      here.orSet("set", String.class).add("alone");
      acknowledged.add("alone");
    }
    MeshNode again = nodes.start("a", a, b, c);
    write(again, "again", 3);
    checkAll(again, all[1], all[2]);
  }

  private static void cutTheEndOfTheLog(Path leveldb) throws IOException {
    try (Stream<Path> files = Files.list(leveldb)) {
      Path log =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max(Comparator.comparing(Path::toString))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(log);
      int written = bytes.length;
      while (written > 0 && bytes[written - 1] == 0) {
        written--;
      }
      assertTrue(written > 4_000, written + " bytes in " + log);
      Files.write(log, Arrays.copyOf(bytes, written - written / 3));
    }
  }
}
