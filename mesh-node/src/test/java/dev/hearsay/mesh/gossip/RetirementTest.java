package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Replicas that are gone, in virtual time: what they cost, and what becomes of what they wrote. */
class RetirementTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);

  /** Pods without disks do not make what is said grow for ever, nor snapshots with the square. */
  @Test
  void whatRepairSaysDoesNotGrowWithTheStartsOfAPodWithoutADisk() {
    PodLife closing = new PodLife(BookSettings.DEFAULT.closeEntries());
    closing.start(120);
    long first = closing.repairBytes();
    closing.start(120);
    long second = closing.repairBytes();
    assertTrue(closing.replicas() > 240, closing.replicas() + " replicas");
    assertTrue(second < 1.5 * first + 500, first + " and then " + second + " bytes");
    closing.mesh.checkConverged(5_000);

    PodLife listing = new PodLife(1 << 20);
    listing.start(120);
    long before = listing.repairBytes();
    listing.start(120);
    long after = listing.repairBytes();
    assertTrue(after > 1.7 * before, before + " and then " + after + " without closed vectors");
    assertTrue(after > 3 * second, after + " without, " + second + " with");
    assertEquals(0, listing.mesh.sent.getOrDefault("Closed", 0L));
  }

  /** Every life of {@link VirtualMeshTest} closes something; here that it is so. */
  @Test
  void theScenariosOfTheVirtualMeshNameClosedVectors() {
    Map<String, Long> bytes = new TreeMap<>();
    for (long seed = 0; seed < 20; seed++) {
      MeshScenario.of(seed)
          .run()
          .sentBytes
          .forEach((kind, sent) -> bytes.merge(kind, sent, Long::sum));
    }
    assertTrue(bytes.getOrDefault("Closed", 0L) > 500, bytes::toString);
  }

  /** A mesh whose members do not know of closed vectors, as those of the format before. */
  @Test
  void withoutAWordOfClosedVectorsAllIsAsBefore() {
    VirtualMesh mesh = lively(5);
    mesh.muted.add(Message.Closing.class);
    restarts(mesh, 0, 6);
    restarts(mesh, 1, 6);
    mesh.checkConverged(10_000);
    assertEquals(0, mesh.sent.getOrDefault("Closed", 0L));
  }

  private static VirtualMesh lively(long seed) {
    VirtualMesh mesh = new VirtualMesh(seed, 3, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.books = mesh.books.withCloseEntries(2).withSettleMillis(0);
    mesh.nodes.forEach(node -> node.gossip().books().use(mesh.books));
    mesh.heal();
    mesh.run(1_000);
    return mesh;
  }

  /** A node restarts with its disk, and writes each time. */
  private static void restarts(VirtualMesh mesh, int node, int times) {
    for (int i = 0; i < times; i++) {
      mesh.nodes.get(node).crash();
      mesh.nodes.get(node).start();
      mesh.run(500);
      mesh.nodes.get(node).write(SPACE, Changes.adding("e" + i));
      mesh.run(3_000);
    }
  }

  /**
   * A node that was away for long, with a change that nobody has of a replica that the others have
   * closed meanwhile, and without what they dropped: nothing is lost, and nothing comes back.
   */
  @Test
  void aNodeThatReturnsAfterLongNeitherLosesNorBringsBackAnything() {
    for (long seed = 0; seed < 20; seed++) {
      VirtualMesh mesh = lively(seed);
      VirtualNode away = mesh.nodes.get(2);
      away.write(SPACE, Changes.adding("kept"));
      away.write(SPACE, Changes.adding("dropped"));
      mesh.run(2_000);
      mesh.isolate(2);
      mesh.run(3_000);
      away.write(SPACE, Changes.adding("late"));
      mesh.run(100);
      VersionVector late = away.durable(SPACE).frontier();
      away.crash();
      restarts(mesh, 0, 4);
      restarts(mesh, 1, 4);
      mesh.nodes
          .get(0)
          .write(
              SPACE,
              draft -> {
                draft.field(Changes.SET).clear();
              });
      mesh.run(10_000);
      assertTrue(mesh.sent.getOrDefault("Closing", 0L) > 0, "nothing was closed, seed " + seed);
      away.start();
      mesh.run(1_000);
      mesh.heal();
      mesh.checkConverged(20_000);
      VirtualNode other = mesh.nodes.get(0);
      assertTrue(other.durable(SPACE).frontier().covers(late));
      assertEquals(
          1, other.durable(SPACE).field(Changes.SET).size(), "only what was not seen is left");
      mesh.checkIdle();
    }
  }

  /** What a node had in closed form is on its disk with all entries: it starts without the form. */
  @Test
  void aWholeMeshThatRestartsHasEverything() {
    VirtualMesh mesh = lively(3);
    restarts(mesh, 0, 5);
    restarts(mesh, 1, 5);
    VersionVector before = mesh.nodes.get(0).durable(SPACE).frontier();
    mesh.nodes.forEach(VirtualNode::crash);
    mesh.nodes.forEach(VirtualNode::start);
    mesh.checkConverged(10_000);
    mesh.nodes.forEach(node -> assertTrue(node.durable(SPACE).frontier().covers(before)));
  }
}
