package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rumours where no node has a link to all others, in virtual time. */
class RumourTreeTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);

  /** What a stretch of writing cost. */
  private record Cost(int written, long crossings, long floor, long grafts, long wants) {
    /** Links that a change crossed, in units of the least that reaches all. */
    double ratio() {
      return (double) crossings / floor;
    }

    /**
     * Whether pushes reached all, hardly ever anything else, over hardly more links than they must.
     */
    boolean isSettled() {
      return ratio() <= 1.1 && grafts <= written / 20 && wants <= written / 20;
    }
  }

  private int written;
  private int pauseMillis = 1_000;

  private static VirtualMesh mesh(long seed, int[][] links) {
    VirtualMesh mesh = new VirtualMesh(seed, links.length, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.restrict(links);
    mesh.network(0, 0, 10);
    mesh.nodes.forEach(node -> VirtualMesh.SPACES.forEach(node::open));
    mesh.run(3_000);
    return mesh;
  }

  private VirtualMesh settled(long seed, int[][] links) {
    VirtualMesh mesh = mesh(seed, links);
    write(mesh, 20_000);
    return mesh;
  }

  /** Each node that runs writes after a pause, about a second on average. */
  private Cost write(VirtualMesh mesh, int millis) {
    mesh.run(500); // so that what was written before is not counted
    int before = written;
    long crossings = mesh.crossings;
    mesh.sent.clear();
    for (int passed = 0; passed < millis; passed += 10) {
      for (VirtualNode node : mesh.nodes) {
        if (node.isRunning() && mesh.random.nextInt(pauseMillis / 10) == 0) {
          node.write(SPACE, Changes.adding("e" + written++));
        }
      }
      mesh.run(10);
    }
    mesh.run(500);
    long running = mesh.nodes.stream().filter(VirtualNode::isRunning).count();
    return new Cost(
        written - before,
        mesh.crossings - crossings,
        (written - before) * (running - 1),
        mesh.sent.getOrDefault("Graft", 0L),
        mesh.sent.getOrDefault("Want", 0L));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSettledTreeCrossesHardlyMoreLinksThanItMust(long seed) {
    VirtualMesh mesh = mesh(seed, Topologies.icde19());
    Cost first = write(mesh, 20_000);
    assertTrue(first.ratio() < 1.3, () -> "while it settles: " + first);
    Cost then = write(mesh, 20_000);
    assertTrue(then.isSettled(), then::toString);
    mesh.checkConverged(2_000);
    mesh.checkIdle();
  }

  @Test
  void fiftyNodesSettleToo() {
    VirtualMesh mesh = mesh(4, Topologies.ring(50, 1, 5, 17));
    pauseMillis = 10_000;
    write(mesh, 40_000);
    Cost cost = write(mesh, 20_000);
    assertTrue(cost.isSettled(), cost::toString);
    mesh.checkConverged(2_000);
  }

  @Test
  void ofManyWhoReachEachOtherTheWriterSendsToAll() {
    VirtualMesh mesh = settled(5, Topologies.ring(13, 1, 2, 3, 4, 5, 6));
    Cost cost = write(mesh, 10_000);
    assertTrue(cost.isSettled(), cost::toString);
  }

  @Test
  void upToEightNodesNobodyPassesOnWhatItsWriterSends() {
    VirtualMesh mesh = mesh(6, Topologies.ring(8, 1, 2, 3, 4));
    Cost cost = write(mesh, 10_000);
    assertEquals(0, mesh.sent.getOrDefault("Prune", 0L));
    assertEquals(0, mesh.sent.getOrDefault("Graft", 0L));
    assertEquals(cost.floor(), mesh.sent.get("Push"));
  }

  @Test
  void fewNodesInALineBuildATree() {
    VirtualMesh mesh = settled(7, new int[][] {{1}, {0, 2}, {1, 3}, {2}});
    Cost cost = write(mesh, 10_000);
    assertTrue(cost.ratio() <= 1.1, cost::toString);
    mesh.checkConverged(2_000);
    mesh.checkIdle();
  }

  @Test
  void theTreeMendsWhenANodeLeavesAndTakesItBack() {
    VirtualMesh mesh = settled(8, Topologies.icde19());
    mesh.nodes.get(5).crash();
    mesh.nodes.get(8).crash();
    Cost mending = write(mesh, 5_000);
    assertTrue(mending.grafts() > 0, mending::toString);
    assertTrue(mending.ratio() < 1.3, mending::toString);
    Cost without = write(mesh, 10_000);
    assertTrue(without.isSettled(), without::toString);
    mesh.nodes.get(5).start();
    mesh.nodes.get(8).start();
    write(mesh, 10_000);
    Cost again = write(mesh, 10_000);
    assertTrue(again.isSettled(), again::toString);
    mesh.checkConverged(2_000);
  }

  @Test
  void theTreeMendsWhenLinksAreCut() {
    VirtualMesh mesh = settled(9, Topologies.icde19());
    for (int other : new int[] {4, 11, 14}) {
      mesh.cut(0, other);
      mesh.cut(other, 0);
    }
    mesh.cut(9, 10); // one direction alone
    Cost mending = write(mesh, 10_000);
    assertTrue(mending.grafts() > 0, mending::toString);
    Cost without = write(mesh, 10_000);
    assertTrue(without.isSettled(), without::toString);
  }

  @Test
  void aSlowLinkIsGoneAround() {
    VirtualMesh mesh = settled(10, Topologies.icde19());
    for (int other : new int[] {4, 11, 14}) {
      mesh.slow(0, other, 700);
    }
    write(mesh, 10_000);
    Cost around = write(mesh, 10_000);
    assertTrue(around.isSettled(), around::toString);
    mesh.nodes.get(0).write(SPACE, Changes.adding("last"));
    mesh.run(200);
    for (VirtualNode node : mesh.nodes) {
      assertTrue(Changes.elements(node.durable(SPACE)).contains("last"), node::toString);
    }
  }

  @Test
  void aMessageThatComesTwiceDoesNotPruneWhoBroughtItFirst() {
    VirtualMesh mesh = settled(11, Topologies.icde19());
    mesh.network(0, 0.1, 10);
    Cost cost = write(mesh, 10_000);
    assertTrue(cost.isSettled(), cost::toString);
  }

  @Test
  void lossIsMadeUpForWithFewDuplicates() {
    VirtualMesh mesh = settled(12, Topologies.icde19());
    mesh.network(0.05, 0.05, 40);
    Cost cost = write(mesh, 20_000);
    assertTrue(cost.ratio() < 1.5, cost::toString);
    mesh.network(0, 0, 10);
    mesh.checkConverged(3_000);
    mesh.checkIdle();
  }

  /** The checks above find what is planted. */
  @Test
  void neverPruningIsFound() {
    VirtualMesh mesh = mesh(1, Topologies.icde19());
    mesh.muted.add(Message.Prune.class);
    write(mesh, 5_000);
    assertFalse(write(mesh, 5_000).ratio() <= 1.1);
  }

  @Test
  void neverGraftingIsFound() {
    VirtualMesh mesh = settled(8, Topologies.icde19());
    mesh.muted.add(Message.Graft.class);
    mesh.nodes.get(5).crash();
    mesh.nodes.get(8).crash();
    write(mesh, 5_000);
    assertFalse(write(mesh, 10_000).isSettled());
  }

  @Test
  void neverAnnouncingIsFound() {
    VirtualMesh mesh = settled(8, Topologies.icde19());
    mesh.muted.add(Message.Frontiers.class);
    mesh.nodes.get(5).crash();
    mesh.nodes.get(8).crash();
    write(mesh, 1_000);
    assertFalse(write(mesh, 10_000).isSettled());
  }

  @Test
  void pruningOnAnyDuplicateIsFound() {
    VirtualMesh mesh = settled(11, Topologies.icde19());
    mesh.prunesOnAnyDuplicate = true;
    mesh.network(0, 0.1, 10);
    assertFalse(write(mesh, 10_000).isSettled());
  }

  /** Whatever happens to nodes and links: nothing is sent back, all converge and fall silent. */
  @Property(tries = 20)
  void aTreeSurvivesAnyHistory(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int nodes = 9 + random.nextInt(8);
    VirtualMesh mesh = mesh(seed, Topologies.ring(nodes, 1, 2 + random.nextInt(3)));
    for (int step = 0; step < 25; step++) {
      int some = random.nextInt(nodes);
      int other = (some + 1) % nodes;
      switch (random.nextInt(8)) {
        case 0 -> mesh.cut(some, other);
        case 1 -> mesh.heal(some, other);
        case 2 -> mesh.network(random.nextDouble() * 0.3, random.nextDouble() * 0.3, 40);
        case 3 -> mesh.slow(some, other, random.nextInt(500));
        case 4 -> {
          if (mesh.nodes.get(some).isRunning()) {
            mesh.nodes.get(some).crash();
          } else {
            mesh.nodes.get(some).start();
          }
        }
        default -> write(mesh, 200 + random.nextInt(1_500));
      }
    }
    mesh.heal();
    mesh.checkConverged(20_000);
    mesh.checkIdle();
  }
}
