package dev.hearsay.sim.lab;

import static dev.hearsay.sim.lab.DataFiles.copyTree;
import static dev.hearsay.sim.lab.DataFiles.data;
import static dev.hearsay.sim.lab.DataFiles.deleteTree;
import static dev.hearsay.sim.lab.DataFiles.get;
import static dev.hearsay.sim.lab.DataFiles.putBack;
import static dev.hearsay.sim.lab.DataFiles.read;
import static dev.hearsay.sim.lab.DataFiles.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Data directories that are copied, restored from a backup, and lost, under real processes. */
@Timeout(180)
class DataDirectoriesTest {
  private static final String SPACE = "greetings";
  private static final Message HELLO = new Message(Role.USER, "hello", List.of(), "", "");

  @Test
  void aCopyThatRunsBesideItsOriginalBecomesANodeOfItsOwn() throws Exception {
    try (Lab lab = new Lab(3, null, Lab.quickStart())) {
      LabNode original = lab.nodes().get(0);
      LabNode peer = lab.nodes().get(1);
      LabNode copy = lab.nodes().get(2);
      get(original.start(null));
      get(peer.start(null));
      write(original, 0);
      awaitAll(peer, 0);
      get(original.stop());
      copyTree(data(lab, original), data(lab, copy));
      String identity = identity(lab, original);
      get(original.start(null));
      // The copy has been running for less time than the original, whoever it meets first.
      until("the original runs for a while", 30, () -> members(original) > 0);
      get(copy.start(null));
      until("the copy is another node", 30, () -> !identity(lab, copy).equals(identity));
      assertEquals(identity, identity(lab, original));
      write(original, 1);
      write(copy, 2);
      for (LabNode node : lab.nodes()) {
        awaitAll(node, 0, 1, 2);
      }
      String own = identity(lab, copy);
      get(copy.stop());
      get(copy.start(null));
      awaitAll(copy, 0, 1, 2);
      assertEquals(own, identity(lab, copy));
      assertTrue(log(lab, copy).contains("is a copy"), copy::logTail);
    }
  }

  @Test
  void anOldBackupThatIsRestoredGetsBackWhatPeersHaveAndSaysSo() throws Exception {
    try (Lab lab = new Lab(2, null, Lab.quickStart())) {
      LabNode restored = lab.nodes().get(0);
      LabNode peer = lab.nodes().get(1);
      get(restored.start(null));
      get(peer.start(null));
      write(restored, 0);
      write(restored, 1);
      awaitAll(peer, 0, 1);
      get(restored.stop());
      Path backup = lab.directory().resolve("backup");
      copyTree(data(lab, restored), backup);
      get(restored.start(null));
      write(restored, 2);
      write(restored, 3);
      awaitAll(peer, 2, 3);
      lab.cutOff(restored, CutMode.CLOSE);
      // On one disk alone, which is about to be lost.
      write(restored, 4);
      restored.kill();
      lab.heal(restored);
      putBack(backup, data(lab, restored));
      get(restored.start(null));
      awaitAll(restored, 0, 1, 2, 3);
      write(restored, 5);
      write(peer, 6);
      awaitAll(peer, 0, 1, 2, 3, 5, 6);
      awaitAll(restored, 0, 1, 2, 3, 5, 6);
      assertEquals(digest(peer), digest(restored));
      until("it says so", 30, () -> log(lab, restored).contains("as a restored backup is"));
    }
  }

  @Test
  void aDirectoryThatIsLostMakesAnotherNodeThatPeersFill() throws Exception {
    try (Lab lab = new Lab(2, null, Lab.quickStart())) {
      LabNode lost = lab.nodes().get(0);
      LabNode peer = lab.nodes().get(1);
      get(lost.start(null));
      get(peer.start(null));
      for (int i = 0; i < 5; i++) {
        write(lost, i);
      }
      awaitAll(peer, 0, 1, 2, 3, 4);
      String identity = identity(lab, lost);
      lost.kill();
      deleteTree(data(lab, lost));
      get(lost.start(null));
      assertNotEquals(identity, identity(lab, lost));
      awaitAll(lost, 0, 1, 2, 3, 4);
      write(lost, 5);
      awaitAll(peer, 0, 1, 2, 3, 4, 5);
      assertEquals(digest(peer), digest(lost));
    }
  }

  private static String identity(Lab lab, LabNode node) {
    return read(data(lab, node).resolve("node.id"));
  }

  private static String log(Lab lab, LabNode node) {
    return read(lab.directory().resolve(node.name()).resolve(Lab.LOG_FILE));
  }

  private static void write(LabNode node, int index) throws Exception {
    get(node.ask(new Request.Write(SPACE, index, HELLO, null, 0), Reply.Written.class));
  }

  private static void awaitAll(LabNode node, int... indexes) throws Exception {
    TreeMap<String, List<Integer>> wanted = new TreeMap<>();
    wanted.put(SPACE, IntStream.of(indexes).boxed().toList());
    Reply.Awaited awaited = get(node.ask(new Request.Await(wanted, 30_000), Reply.Awaited.class));
    assertEquals(0, awaited.missing(), node::logTail);
  }

  private static String digest(LabNode node) throws Exception {
    return String.valueOf(
        get(node.ask(new Request.Dump(), Reply.Dumped.class)).stateDigests().get(SPACE));
  }

  private static long members(LabNode node) {
    try {
      return get(node.ask(new Request.Status(), Reply.Status.class)).peers().stream()
          .filter(peer -> peer.reachable())
          .count();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
