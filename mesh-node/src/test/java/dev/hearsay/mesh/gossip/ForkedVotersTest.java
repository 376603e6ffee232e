package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Quorums over voters of which some hold another branch under the same replica, with the same
 * counters.
 */
class ForkedVotersTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);

  /** Nodes 1, 2 and 3 vote. */
  private static ForksTest.World withVoters(long seed, int nodes, VirtualForks.Fault finds) {
    ForksTest.World world = new ForksTest.World(seed, nodes, SpaceLimits.DEFAULT, finds);
    world.mesh.nodes.forEach(node -> node.open(VirtualVoter.BOOKS));
    world.node(1).voter.name(SPACE, VoterScenario.ids(world.mesh, 1, 2, 3));
    world.mesh.run(2_000);
    return world;
  }

  /**
   * As {@link #withVoters}, where all have what node 0 wrote. Nobody finds branches: found, they
   * would be kept apart before long, and nobody be counted anyway.
   */
  private static ForksTest.World shared(long seed, int nodes, VoterFault fault) {
    ForksTest.World world = withVoters(seed, nodes, VirtualForks.Fault.FINDS_NOTHING);
    world.mesh.voters.fault = fault;
    world.write(0, "shared", 2);
    return world;
  }

  /** Node 0's machine is resumed; voters 1 and 2 hold what it wrote before, under the same dots. */
  private static int acknowledgedByAnotherBranch(long seed, VoterFault fault) {
    ForksTest.World world = shared(seed, 4, fault);
    VirtualForks.Image image = world.node(0).forks.image();
    world.mesh.isolate(3);
    world.write(0, "first", 3);
    world.mesh.run(500);
    world.node(0).forks.resume(image);
    world.node(0).voter.write(SPACE, "second");
    world.mesh.run(10_000);
    return world.mesh.voters.writes;
  }

  @Test
  void aVoterThatHoldsAnotherBranchIsNotCounted() {
    for (long seed = 0; seed < 20; seed++) {
      assertEquals(0, acknowledgedByAnotherBranch(seed, VoterFault.NONE), "seed " + seed);
    }
    int wrong = 0;
    for (long seed = 0; seed < 20; seed++) {
      wrong += acknowledgedByAnotherBranch(seed, VoterFault.COUNTS_OTHER_BRANCHES);
    }
    assertTrue(wrong > 0, "a voter that is counted by its counter alone goes unnoticed");
  }

  /**
   * Node 0's machine is resumed. Voters 1 and 2 have acknowledged what it wrote before; voter 3 and
   * node 4, under the same dots, have what it wrote after.
   */
  private static ForksTest.World acknowledgedInOneBranch(long seed, VoterFault fault) {
    ForksTest.World world = shared(seed, 5, fault);
    VirtualForks.Image image = world.node(0).forks.image();
    world.mesh.isolate(3);
    world.mesh.isolate(4);
    world.node(0).voter.write(SPACE, "first");
    world.mesh.run(500);
    assertEquals(1, world.mesh.voters.writes);
    world.linkOnly(0, 3);
    world.mesh.heal(3, 4);
    world.mesh.heal(4, 3);
    world.node(0).forks.resume(image);
    world.mesh.run(3_000);
    world.node(0).write(SPACE, Changes.adding("second"));
    world.mesh.run(500);
    world.mesh.isolate(0);
    for (int from = 1; from < 5; from++) {
      for (int to = 1; to < 5; to++) {
        world.mesh.heal(from, to);
      }
    }
    world.mesh.run(3_000);
    assertEquals(world.node(1).durable(SPACE).frontier(), world.node(3).durable(SPACE).frontier());
    assertFalse(world.elements(world.node(3)).contains("first"));
    return world;
  }

  private static void read(ForksTest.World world, int number) {
    world
        .node(number)
        .voter
        .read(
            SPACE,
            frontier -> {
              if (!world.elements(world.node(number)).contains("first")) {
                throw new MeshOracle.Violation("a read misses what a quorum acknowledged");
              }
            });
    world.mesh.run(6_000);
  }

  private static boolean readsPast(long seed, VoterFault fault) {
    ForksTest.World world = acknowledgedInOneBranch(seed, fault);
    try {
      read(world, 3);
    } catch (MeshOracle.Violation e) {
      return true;
    }
    assertEquals(0, world.mesh.voters.reads, "only voters of the other branch are there");
    read(world, 2);
    assertEquals(1, world.mesh.voters.reads);
    return false;
  }

  @Test
  void aReadDoesNotCountAVoterThatHoldsAnotherBranch() {
    for (long seed = 0; seed < 20; seed++) {
      assertFalse(readsPast(seed, VoterFault.NONE), "seed " + seed);
    }
    int wrong = 0;
    for (long seed = 0; seed < 20; seed++) {
      wrong += readsPast(seed, VoterFault.READS_OTHER_BRANCHES) ? 1 : 0;
    }
    assertTrue(wrong > 0, "a voter that is counted by its counters alone goes unnoticed");
  }

  /** Nodes 3 and 4 would be a majority of the new list, with the counters of what they have not. */
  private static boolean losesByAChange(long seed, VoterFault fault) {
    ForksTest.World world = acknowledgedInOneBranch(seed, fault);
    List<String> wanted = VoterScenario.ids(world.mesh, 3, 4);
    world.node(3).voter.change(SPACE, wanted, done -> {});
    world.mesh.run(10_000);
    try {
      read(world, 4);
    } catch (MeshOracle.Violation e) {
      return true;
    }
    VoterView view = world.node(1).voter.view(SPACE);
    assertEquals(1, view.version(), "they lack what is acknowledged");
    assertEquals(List.of(), view.pending(), "nothing may be begun that cannot end");
    // One that has it and what the others have, and new voters that have it, can change them.
    List<String> having = VoterScenario.ids(world.mesh, 1, 2);
    world.node(1).voter.change(SPACE, having, done -> {});
    world.mesh.run(10_000);
    assertEquals(List.of(having), world.node(1).voter.view(SPACE).settled());
    read(world, 2);
    assertEquals(1, world.mesh.voters.reads);
    return false;
  }

  @Test
  void votersDoNotChangeToThoseThatHoldAnotherBranch() {
    for (long seed = 0; seed < 10; seed++) {
      assertFalse(losesByAChange(seed, VoterFault.NONE), "seed " + seed);
    }
    int wrong = 0;
    for (long seed = 0; seed < 10; seed++) {
      wrong += losesByAChange(seed, VoterFault.READS_OTHER_BRANCHES) ? 1 : 0;
    }
    assertTrue(wrong > 0, "a change to voters of another branch goes unnoticed");
  }

  /**
   * What a quorum acknowledged is there, by name, in every later read of a quorum, and in the end
   * everywhere.
   */
  private static final class Life {
    final ForksTest.World world;
    final SplittableRandom random;
    final Set<String> acknowledged = new TreeSet<>();

    Life(long seed) {
      random = new SplittableRandom(seed);
      world = withVoters(seed, 4, VirtualForks.Fault.NONE);
    }

    void write(int number, String name, int count) {
      for (int i = 0; i < count; i++) {
        String element = name + i;
        world.node(number).voter.write(SPACE, element, () -> acknowledged.add(element));
        world.mesh.run(random.nextInt(40));
      }
    }

    void read() {
      for (VirtualNode node : world.mesh.nodes) {
        List<String> due = List.copyOf(acknowledged);
        node.voter.read(
            SPACE,
            frontier -> {
              List<String> seen = world.elements(node);
              if (!seen.containsAll(due)) {
                throw new MeshOracle.Violation(node + " misses some of " + due + ": " + seen);
              }
            });
      }
    }

    void round(String name) {
      write(0, name + "shared", random.nextInt(4));
      write(1, name + "other", random.nextInt(3));
      VirtualForks.Image image = world.node(0).forks.image();
      if (random.nextBoolean()) {
        world.mesh.isolate(1 + random.nextInt(3));
      }
      write(0, name + "first", random.nextInt(5));
      read();
      world.mesh.run(random.nextInt(300));
      world.mesh.isolate(0);
      world.node(0).forks.resume(image);
      write(0, name + "second", 1 + random.nextInt(4));
      write(2, name + "meanwhile", random.nextInt(3));
      read();
      world.mesh.heal();
      for (int i = 0; i < 10; i++) {
        world.mesh.run(random.nextInt(500));
        read();
      }
      world.mesh.run(15_000);
      world.reach(name);
      for (VirtualNode node : world.mesh.nodes) {
        if (!world.elements(node).containsAll(acknowledged)) {
          throw new MeshOracle.Violation(node + " lost some of " + acknowledged);
        }
      }
    }
  }

  @Test
  void nothingThatAQuorumAcknowledgedIsLostWhereItsWriterIsPutBackToAnImage() {
    int acknowledged = 0;
    int reads = 0;
    for (long seed = 0; seed < 40; seed++) {
      Life life = new Life(seed);
      for (int round = 0; round < 2; round++) {
        life.round("seed " + seed + " round " + round + " ");
      }
      acknowledged += life.acknowledged.size();
      reads += life.world.mesh.voters.reads;
    }
    assertTrue(acknowledged > 200, acknowledged + " acknowledged");
    assertTrue(reads > 1_000, reads + " reads");
  }
}
