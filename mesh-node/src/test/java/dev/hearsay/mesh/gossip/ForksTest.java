package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Branches under one replica, as an image of a running machine makes them when it is resumed. */
class ForksTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final String ANOTHER = VirtualMesh.SPACES.get(1);
  private static final int SEEDS = 60;

  /** A mesh, and everything that was acknowledged in it. */
  static final class World {
    final VirtualMesh mesh;
    final TreeSet<String> written = new TreeSet<>();
    long counted;

    World(long seed, int nodes, SpaceLimits limits, VirtualForks.Fault fault) {
      mesh = new VirtualMesh(seed, nodes, limits, PlantedFault.NONE);
      mesh.heal();
      mesh.run(1_000);
      mesh.forkFault = fault;
    }

    VirtualNode node(int number) {
      return mesh.nodes.get(number);
    }

    /** Each is a change of its own: an element that only it adds, and a count of one. */
    void write(int number, String prefix, int changes) {
      for (int i = 0; i < changes; i++) {
        String element = prefix + i;
        node(number)
            .write(
                SPACE,
                draft -> {
                  OrSet.add(draft.field(Changes.SET), Value.of(element));
                  PnCounter.increment(draft.field(Changes.COUNTER), 1);
                });
        written.add(element);
        counted++;
        mesh.run(10);
      }
      mesh.run(50);
    }

    void reach(String what) {
      if (!mesh.runUntil(mesh::isConverged, 20_000)) {
        throw new MeshOracle.Violation(what + ": not converged:\n" + mesh.nodes);
      }
    }

    /** Every acknowledged write is there, once, and nobody keeps anything from anybody. */
    void checkWhole(String what) {
      reach(what);
      mesh.run(8_000);
      reach(what);
      for (VirtualNode node : mesh.nodes) {
        requireEqual(List.copyOf(written), elements(node), what);
        requireEqual(
            BigInteger.valueOf(counted),
            PnCounter.value(node.durable(SPACE).field(Changes.COUNTER)),
            what);
        requireEqual(List.of(), node.gossip().forks().views(), what);
      }
    }

    List<String> elements(VirtualNode node) {
      return Changes.elements(node.durable(SPACE));
    }

    private static void requireEqual(Object expected, Object actual, String what) {
      if (!expected.equals(actual)) {
        throw new MeshOracle.Violation(
            what + ": lost or doubled: " + expected + " is not " + actual);
      }
    }

    /** Only these two are linked. */
    void linkOnly(int some, int other) {
      for (int i = 0; i < mesh.nodes.size(); i++) {
        mesh.isolate(i);
      }
      mesh.heal(some, other);
      mesh.heal(other, some);
    }

    int moved() {
      return mesh.nodes.stream().mapToInt(node -> node.forks.moved).sum();
    }

    List<String> asked() {
      List<String> asked = new ArrayList<>();
      mesh.nodes.forEach(node -> asked.addAll(node.forks.asked));
      return asked;
    }
  }

  @Test
  void aResumedMachinesBranchIsFoundAndWrittenAnew() {
    World world = new World(7, 3, SpaceLimits.DEFAULT, VirtualForks.Fault.NONE);
    world.write(0, "shared", 3);
    VirtualForks.Image image = world.node(0).forks.image();
    world.write(0, "first", 4);
    world.mesh.isolate(0);
    world.node(0).forks.resume(image);
    world.write(0, "second", 2);
    world.write(1, "other", 2);
    world.mesh.heal();
    world.checkWhole("resumed");
    assertEquals(2, world.moved());
    assertEquals(List.of(), world.asked());
  }

  /** The counter rule alone would not see it: nobody has more of the replica than it minted. */
  @Test
  void branchesOfEqualLengthAreFoundByTheirDigests() {
    World world = new World(8, 3, SpaceLimits.DEFAULT, VirtualForks.Fault.NONE);
    VirtualForks.Image image = world.node(0).forks.image();
    world.write(0, "first", 3);
    world.mesh.isolate(0);
    world.node(0).forks.resume(image);
    world.write(0, "second", 3);
    world.mesh.heal();
    world.checkWhole("equal length");
    assertEquals(3, world.moved());
  }

  @Test
  void aMachineThatWasResumedAndHasNotWrittenTakesItsChangesBackAndWritesAsAnother() {
    World world = new World(9, 2, SpaceLimits.DEFAULT, VirtualForks.Fault.NONE);
    VirtualForks.Image image = world.node(0).forks.image();
    world.write(0, "first", 3);
    world.node(0).forks.resume(image);
    world.reach("taken back");
    world.write(0, "later", 3);
    world.checkWhole("taken back");
    assertEquals(0, world.moved());
    assertEquals(2, world.node(0).durable(SPACE).heads().size());
  }

  /** The whole of one life. */
  private static World randomLife(long seed, VirtualForks.Fault fault) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World(seed, 2 + random.nextInt(3), SpaceLimits.DEFAULT, fault);
    for (int round = 0; round < 2; round++) {
      String name = "r" + round;
      world.write(0, name + "shared", random.nextInt(4));
      world.write(1, name + "other", random.nextInt(3));
      VirtualForks.Image image = world.node(0).forks.image();
      world.write(0, name + "first", random.nextInt(5));
      world.mesh.isolate(0);
      world.node(0).forks.resume(image);
      world.write(0, name + "second", 1 + random.nextInt(5));
      world.write(1, name + "meanwhile", random.nextInt(3));
      if (random.nextInt(3) == 0) {
        // Its next start is another incarnation, which must know the former one for its own.
        world.node(0).crash();
        world.mesh.run(100);
      }
      world.mesh.heal();
      world.checkWhole("seed " + seed + " round " + round);
    }
    return world;
  }

  @Test
  void nothingAcknowledgedIsLostOrDoubledWhateverTheBranches() {
    int moved = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      long replay = seed;
      World world =
          assertDoesNotThrow(
              () -> randomLife(replay, VirtualForks.Fault.NONE), () -> "seed " + replay);
      moved += world.moved();
    }
    assertTrue(moved > SEEDS, moved + " changes written anew");
  }

  /** Nodes 0 and 1 hold one branch, and node 2 the other. */
  private static World heldByOthers(SpaceLimits limits, VirtualForks.Fault fault) {
    World world = new World(11, 3, limits, fault);
    world.write(0, "shared", 2);
    world.reach("shared");
    VirtualForks.Image image = world.node(0).forks.image();
    world.linkOnly(0, 2);
    world.mesh.run(3_000);
    world.write(0, "first", 2);
    world.mesh.run(1_000);
    world.linkOnly(0, 1);
    world.node(0).forks.resume(image);
    world.mesh.run(3_000);
    world.write(0, "second", 12);
    world.mesh.run(1_000);
    assertEquals(4, world.elements(world.node(2)).size());
    assertEquals(14, world.elements(world.node(1)).size());
    return world;
  }

  @Test
  void whereOthersHoldTheBranchTooAnOperatorDecidesAndAllElseGoesOn() {
    World world = heldByOthers(SpaceLimits.DEFAULT, VirtualForks.Fault.NONE);
    world.mesh.heal();
    world.mesh.run(5_000);
    assertEquals(0, world.moved());
    assertTrue(
        world.asked().contains("others hold this node's branch too"), world.asked()::toString);
    assertEquals(2, world.node(2).gossip().forks().views().size());
    assertEquals(1, world.node(0).gossip().forks().views().size());
    // Another space goes everywhere, and this one to whoever holds the same branch.
    world.node(2).write(ANOTHER, Changes.adding("x"));
    world.write(0, "meanwhile", 1);
    world.mesh.run(1_000);
    assertEquals(List.of("x"), Changes.elements(world.node(0).durable(ANOTHER)));
    assertEquals(15, world.elements(world.node(1)).size());
    assertEquals(4, world.elements(world.node(2)).size());
    // The operator: one of those with the branch writes it anew, the other gives it up.
    world.node(0).forks.writeAnew(SPACE);
    world.mesh.run(5_000);
    assertEquals(13, world.moved());
    assertEquals(List.copyOf(world.written), world.elements(world.node(2)));
    world.node(1).forks.giveUp(SPACE);
    world.checkWhole("after the operator");
  }

  /** It might be written anew at both, and be there twice. */
  @Test
  void aBranchThatASilentNodeHoldsIsNotWrittenAnewUntilAnOperatorSaysSo() {
    World world = heldByOthers(SpaceLimits.DEFAULT, VirtualForks.Fault.NONE);
    world.linkOnly(0, 2);
    world.mesh.run(30_000);
    assertEquals(0, world.moved(), "node 1 has it too");
    String silent = "others that may hold this node's branch too do not answer";
    assertTrue(world.asked().contains(silent), world.asked()::toString);
    assertEquals(1, world.asked().stream().filter(silent::equals).count());
    world.mesh.heal();
    world.mesh.run(10_000);
    assertTrue(
        world.asked().contains("others hold this node's branch too"), world.asked()::toString);
    assertEquals(0, world.moved());
    world.node(0).forks.writeAnew(SPACE);
    world.mesh.run(5_000);
    world.node(1).forks.giveUp(SPACE);
    world.checkWhole("after the operator");
  }

  private static void statesOfAnotherBranch(VirtualForks.Fault fault) {
    World world = heldByOthers(MeshScenario.TINY_TAIL, fault);
    world.node(0).crash();
    world.linkOnly(1, 2);
    world.mesh.run(10_000);
    for (String element : List.of("shared1", "first0", "first1")) {
      if (!world.elements(world.node(2)).contains(element)) {
        throw new MeshOracle.Violation(element + " is lost");
      }
    }
    if (world.node(2).diffsTaken > 0 || world.node(2).gossip().forks().views().isEmpty()) {
      throw new MeshOracle.Violation("a state of another branch is lost in this one");
    }
  }

  @Test
  void aBranchThatComesAsAStateIsFoundByTheHashAtItsBase() {
    statesOfAnotherBranch(VirtualForks.Fault.NONE);
  }

  /** The checks above are worth something only if they find what is planted. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "FINDS_NOTHING"})
  void aPlantedFaultIsFound(VirtualForks.Fault fault) {
    boolean found = false;
    String last = "nothing";
    for (long seed = 0; seed < 20 && !found; seed++) {
      try {
        if (fault == VirtualForks.Fault.JOINS_WITHOUT_COMPARING) {
          statesOfAnotherBranch(fault);
        } else {
          randomLife(seed, fault);
        }
      } catch (MeshOracle.Violation e) {
        String finding =
            switch (fault) {
              case AVOIDS_NOBODY -> "whose branch differs";
              case REUSES_DOTS -> "not converged";
              case JOINS_WITHOUT_COMPARING -> "is lost";
              default -> "lost or doubled";
            };
        last = String.valueOf(e.getMessage());
        found = last.contains(finding);
      }
    }
    assertTrue(found, fault + " goes unnoticed; last: " + last);
  }
}
