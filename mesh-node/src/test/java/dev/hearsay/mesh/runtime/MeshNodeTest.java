package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshNodeTest {
  @TempDir Path directory;

  private final List<MeshNode> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(MeshNode::close);
  }

  private MeshNode start(String name, int port, int... peers) {
    String[] join = new String[peers.length];
    for (int i = 0; i < peers.length; i++) {
      join[i] = "127.0.0.1:" + peers[i];
    }
    MeshNode node =
        MeshNode.builder()
            .name(name)
            .dataDirectory(directory.resolve(name))
            .listen("127.0.0.1", port)
            .join(join)
            .start();
    nodes.add(node);
    return node;
  }

  @Test
  void aLoneNodeKeepsWhatItAcknowledgedOverARestart() {
    int port = TestNodes.freePort();
    String digest;
    try (MeshNode node = start("a", port)) {
      Space space = node.agent("researcher").space("session");
      space.orSet("findings", String.class).add("x");
      space.pnCounter("n").increment(3);
      space.lwwRegister("s", String.class).set("v");
      space.update(
          tx -> {
            tx.orSet("findings", String.class).add("y");
            tx.pnCounter("n").increment();
          });
      digest = space.digest();
    }
    MeshNode again = start("a", port);
    Space space = again.agent("researcher").space("session");
    assertEquals(digest, space.digest());
    assertEquals(Set.of("x", "y"), space.orSet("findings", String.class).values());
    assertEquals(4, space.pnCounter("n").value());
    space.pnCounter("n").increment();
    assertEquals(5, space.pnCounter("n").value());
  }

  @Test
  void whatOneNodeWritesTheOthersRead() {
    int a = TestNodes.freePort();
    int b = TestNodes.freePort();
    int c = TestNodes.freePort();
    MeshNode first = start("a", a, a, b, c);
    Space onA = first.agent("x").space("s");
    onA.orSet("set", String.class).add("before anyone was there");
    MeshNode second = start("b", b, a, b, c);
    MeshNode third = start("c", c, a, b, c);
    Frontier seen = onA.frontier();
    Await.until("b knows the space", () -> second.spaces().contains("s"));
    Space onB = second.agent("y").space("s");
    onB.awaitFrontier(seen, Duration.ofSeconds(20));
    assertTrue(onB.orSet("set", String.class).contains("before anyone was there"));
    Frontier later = onB.update(tx -> tx.orSet("set", String.class).add("from b"));
    Await.until("c knows the space", () -> third.spaces().contains("s"));
    Space onC = third.agent("z").space("s");
    onC.awaitFrontier(later, Duration.ofSeconds(20));
    onA.awaitFrontier(later, Duration.ofSeconds(20));
    assertEquals(onA.digest(), onC.digest());
    Await.until(
        "all are members",
        () -> first.peers().size() == 2 && first.peers().stream().allMatch(p -> p.member()));
    Await.until(
        "nobody is behind",
        () -> first.peers().stream().allMatch(p -> p.behind() == 0 && p.ahead() == 0));
  }
}
