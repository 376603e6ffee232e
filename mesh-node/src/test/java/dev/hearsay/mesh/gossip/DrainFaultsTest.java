package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import org.junit.jupiter.api.Test;

/** Whom a node that is drained may count: all disks are looked at when it says that it is done. */
class DrainFaultsTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int SEEDS = 40;

  private static VirtualMesh mesh(long seed, int nodes) {
    VirtualMesh mesh = new VirtualMesh(seed, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.forgetful = true;
    mesh.heal();
    mesh.run(1_000);
    mesh.forkFault = VirtualForks.Fault.NONE;
    return mesh;
  }

  private static void write(VirtualMesh mesh, int node, String prefix, int changes) {
    for (int i = 0; i < changes; i++) {
      mesh.nodes.get(node).write(SPACE, Changes.adding(prefix + i));
      mesh.run(10);
    }
    mesh.run(100);
  }

  /** The other nodes had everything, and some of them have lost their disks since. */
  private static void disksThatWereLost(long seed, DrainFault fault) {
    VirtualMesh mesh = mesh(seed, 3);
    write(mesh, 0, "x", 5);
    mesh.run(1_000);
    int lost = 1 + mesh.random.nextInt(2);
    for (int i = 1; i <= lost; i++) {
      VirtualNode other = mesh.nodes.get(i);
      other.crash();
      other.wipe();
      other.start();
      other.open(SPACE);
    }
    mesh.run(mesh.random.nextInt(3));
    VirtualDrain drain = new VirtualDrain(mesh, mesh.nodes.get(0), SPACE, 2, fault);
    assertTrue(drain.returnsWithin(30_000), "seed " + seed);
  }

  @Test
  void whatIsRememberedOfANodeIsNotCounted() {
    for (long seed = 0; seed < SEEDS; seed++) {
      disksThatWereLost(seed, DrainFault.NONE);
    }
    assertThrows(
        MeshOracle.Violation.class,
        () -> {
          for (long seed = 0; seed < SEEDS; seed++) {
            disksThatWereLost(seed, DrainFault.COUNTS_WHAT_IS_REMEMBERED);
          }
        });
  }

  /** Node 0 is put back after it wrote to node 2 alone, and then writes so much to node 1 alone. */
  private static void branch(VirtualMesh mesh, int second) {
    write(mesh, 0, "shared", 2);
    mesh.run(1_000);
    VirtualForks.Image image = mesh.nodes.get(0).forks.image();
    linkOnly(mesh, 0, 2);
    mesh.run(3_000);
    write(mesh, 0, "first", 2);
    mesh.run(1_000);
    linkOnly(mesh, 0, 1);
    mesh.nodes.get(0).forks.resume(image);
    mesh.run(3_000);
    write(mesh, 0, "second", second);
    mesh.run(1_000);
    mesh.heal();
  }

  /** Nodes 0 and 1 hold the longer branch, and only node 2 the other. */
  private static void aBranchOfItsOwn(long seed, DrainFault fault) {
    VirtualMesh mesh = mesh(seed, 3);
    branch(mesh, 6);
    mesh.run(5_000);
    VirtualDrain drain = new VirtualDrain(mesh, mesh.nodes.get(2), SPACE, 1, fault);
    assertFalse(drain.returnsWithin(10_000), "seed " + seed + ": nobody has its branch");
    mesh.nodes.get(0).forks.writeAnew(SPACE);
    mesh.run(2_000);
    mesh.nodes.get(1).forks.giveUp(SPACE);
    assertTrue(drain.returnsWithin(30_000), "seed " + seed);
  }

  /**
   * Nodes 0 and 1 hold a branch with the counters of the one that only node 2 has, and are further
   * by what all three have; nobody has noticed.
   */
  private static void aBranchThatIsNotFound(long seed, DrainFault fault) {
    VirtualMesh mesh = mesh(seed, 3);
    mesh.forkFault = VirtualForks.Fault.FINDS_NOTHING;
    branch(mesh, 2);
    mesh.run(3_000);
    VirtualDrain drain = new VirtualDrain(mesh, mesh.nodes.get(2), SPACE, 1, fault);
    write(mesh, 1, "later", 1);
    mesh.run(1_000);
    assertTrue(Changes.elements(mesh.nodes.get(2).durable(SPACE)).contains("later0"));
    assertFalse(drain.returnsWithin(10_000), "seed " + seed + ": nobody has its branch");
  }

  @Test
  void countersOfAnotherBranchAreNotCountedAlsoBeforeItIsFound() {
    for (long seed = 0; seed < SEEDS / 4; seed++) {
      aBranchThatIsNotFound(seed, DrainFault.NONE);
    }
    assertThrows(
        MeshOracle.Violation.class, () -> aBranchThatIsNotFound(0, DrainFault.COUNTS_BY_COUNTERS));
  }

  /** The others are always further than what is asked for, and of the same branch. */
  @Test
  void whoIsFurtherCountsOnceItsBranchIsCompared() {
    for (long seed = 0; seed < SEEDS / 4; seed++) {
      VirtualMesh mesh = mesh(seed, 3);
      write(mesh, 0, "x", 5);
      mesh.run(1_000);
      VirtualDrain drain = new VirtualDrain(mesh, mesh.nodes.get(0), SPACE, 2, DrainFault.NONE);
      boolean returned = false;
      for (int i = 0; i < 200 && !returned; i++) {
        mesh.nodes.get(1 + i % 2).write(SPACE, Changes.adding("y" + i));
        returned = drain.returnsWithin(20);
      }
      assertTrue(returned, "seed " + seed);
    }
  }

  private static void linkOnly(VirtualMesh mesh, int some, int other) {
    for (int i = 0; i < mesh.nodes.size(); i++) {
      mesh.isolate(i);
    }
    mesh.heal(some, other);
    mesh.heal(other, some);
  }

  @Test
  void aHolderOfAnotherBranchIsNotCounted() {
    for (long seed = 0; seed < SEEDS / 4; seed++) {
      aBranchOfItsOwn(seed, DrainFault.NONE);
    }
    assertThrows(
        MeshOracle.Violation.class, () -> aBranchOfItsOwn(0, DrainFault.COUNTS_ANOTHER_BRANCH));
  }

  /** What was durable is written anew while others are asked for it under its old dots. */
  private static boolean isWrittenAnew(long seed, DrainFault fault) {
    VirtualMesh mesh = mesh(seed, 2);
    // What is stable by its counters may be of another branch, and is to be written anew here.
    mesh.books = BookSettings.DEFAULT.withSettleMillis(600_000);
    VirtualNode node = mesh.nodes.get(0);
    write(mesh, 0, "shared", 2);
    VirtualForks.Image image = node.forks.image();
    write(mesh, 0, "first", 4);
    mesh.isolate(0);
    node.forks.resume(image);
    write(mesh, 0, "second", 1 + mesh.random.nextInt(3));
    mesh.heal();
    mesh.network(0.3, 0, 40);
    mesh.run(mesh.random.nextInt(2_000));
    boolean known = !node.gossip().forks().views().isEmpty();
    VirtualDrain drain = new VirtualDrain(mesh, node, SPACE, 1, fault);
    assertTrue(drain.returnsWithin(300_000), () -> "seed " + seed + ": " + drain);
    return known;
  }

  @Test
  void whatIsWrittenAnewMeanwhileIsWaitedForAsItIsNow() {
    int known = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      known += isWrittenAnew(seed, DrainFault.NONE) ? 1 : 0;
    }
    assertTrue(known > SEEDS / 8, known + " branches were found before the drain began");
    assertTrue(known < SEEDS - SEEDS / 8, known + " branches were found before the drain began");
    assertThrows(
        MeshOracle.Violation.class,
        () -> {
          for (long seed = 0; seed < SEEDS; seed++) {
            isWrittenAnew(seed, DrainFault.GOES_ON_ASKING_FOR_THE_OLD_DOTS);
          }
        });
  }
}
