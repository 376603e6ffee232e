package dev.hearsay.sim.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.PeerStatus;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NodeLinesTest {
  private static NodeStatus node(boolean self, boolean reachable, long behind, long offset) {
    return new NodeStatus(
        "id",
        "n1",
        "127.0.0.1:7401",
        new TreeSet<>(),
        "0.1.0",
        self,
        reachable,
        Duration.ofSeconds(reachable ? 0 : 90),
        behind,
        Duration.ofSeconds(behind > 0 ? 61 : 0),
        behind > 0 ? 1 : 0,
        0,
        OptionalLong.of(offset),
        120);
  }

  @Test
  void whoIsBehindAndForHowLong() {
    String line = NodeLines.line(node(false, false, 7, -20));
    assertTrue(line.contains("silent 90 s"), line);
    assertTrue(line.endsWith("lacks 7 of our writes in 1 space for 61 s, clock -20 ms"), line);
    assertTrue(line.contains("load 12 %"), line);
  }

  @Test
  void whoIsLevel() {
    String line = NodeLines.line(node(false, true, 0, 3));
    assertTrue(line.endsWith("level, clock +3 ms"), line);
  }

  @Test
  void oneself() {
    String line = NodeLines.line(node(true, true, 0, 0));
    assertTrue(line.contains("this node"), line);
    assertEquals("clock +0 ms off the median", line.substring(line.indexOf("clock")));
  }

  @Test
  void aNodeOfAnotherMeshIsNamedAsSuch() {
    PeerStatus peer =
        new PeerStatus("x", "127.0.0.1:7402", false, false, 0, 0, 0, "id", /* mesh= */ "b", false);
    String line = NodeLines.outside(peer, "a");
    assertTrue(line.contains("127.0.0.1:7402") && line.contains("of mesh 'b', not 'a'"), line);
  }

  @Test
  void aNodeThatWaitsForItsUpdateIsNamed() {
    PeerStatus peer =
        new PeerStatus("x", "127.0.0.1:7402", true, true, 9, 0, 0, "id", /* mesh= */ "b", true);
    String line = NodeLines.older(peer);
    assertTrue(line.contains("127.0.0.1:7402") && line.endsWith("update it"), line);
  }
}
