package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Message;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** States on their way through cuts, loss and crashes. */
class VirtualTransferTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int SEEDS = 60;
  private static final int FRESH = 2;

  /** Two nodes that hold more than their tails, and one that was away all the time. */
  private static VirtualMesh laden(long seed, TransferFault fault, int elements) {
    VirtualMesh mesh = new VirtualMesh(seed, 3, MeshScenario.TINY_TAIL, PlantedFault.NONE);
    mesh.transferFault = fault;
    mesh.heal();
    mesh.run(500);
    mesh.isolate(FRESH);
    for (int i = 0; i < elements; i++) {
      mesh.nodes.get(i % 2).write(SPACE, Changes.adding(element(i)));
      mesh.run(8);
    }
    for (int i = 0; i < elements; i += 7) {
      mesh.nodes.get(1).write(SPACE, Changes.removing(element(i)));
      mesh.run(8);
    }
    mesh.run(2_500);
    return mesh;
  }

  private static String element(int i) {
    return i + "x".repeat(20_000);
  }

  /** Cuts, crashes and writes while the state is on its way. */
  private static VirtualMesh disturbed(long seed, TransferFault fault) {
    VirtualMesh mesh = laden(seed, fault, 60);
    SplittableRandom random = mesh.random;
    mesh.heal();
    for (int i = 0; i < 3_000 && !mesh.sent.containsKey("StatePiece"); i++) {
      mesh.run(1);
    }
    for (int step = 0; step < 6; step++) {
      mesh.run(random.nextInt(40));
      for (int i = 0; i < 3; i++) {
        mesh.nodes.get(i).write(SPACE, Changes.adding("live " + step + " of " + i));
      }
      switch (random.nextInt(5)) {
        case 0 -> {
          mesh.nodes.get(FRESH).crash();
          mesh.run(random.nextInt(500));
          mesh.nodes.get(FRESH).start();
        }
        case 1 -> {
          int server = random.nextInt(2);
          mesh.nodes.get(server).crash();
          mesh.run(random.nextInt(500));
          mesh.nodes.get(server).start();
        }
        case 2 -> {
          mesh.isolate(FRESH);
          mesh.run(random.nextInt(5_000));
          mesh.heal();
        }
        case 3 -> mesh.network(random.nextDouble() * 0.3, random.nextDouble() * 0.3, 20);
        default -> mesh.network(0, 0, 1);
      }
    }
    mesh.heal();
    mesh.checkConverged(60_000);
    mesh.nodes.forEach(VirtualNode::checkAll);
    return mesh;
  }

  @Test
  void aStateArrivesWhateverHappensOnItsWay() {
    long taken = 0;
    long resumed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      long played = seed;
      VirtualMesh mesh =
          assertDoesNotThrow(() -> disturbed(played, TransferFault.NONE), "seed " + seed);
      taken += mesh.nodes.get(FRESH).diffsTaken;
      resumed += mesh.sent.getOrDefault("StateResume", 0L);
      assertDoesNotThrow(mesh::checkIdle, "seed " + seed);
    }
    assertTrue(taken >= SEEDS, taken + " transfers");
    assertTrue(resumed > SEEDS / 4, "only " + resumed + " were gone on with");
  }

  /** The checks are worth something only if they find what is planted. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedFaultIsFound(TransferFault fault) {
    boolean found = false;
    Set<String> others = new TreeSet<>();
    for (long seed = 0; seed < 200 && !found; seed++) {
      try {
        disturbed(seed, fault);
      } catch (MeshOracle.Violation e) {
        found = fault.isFoundBy(e);
        others.add(String.valueOf(e.getMessage()));
      }
    }
    assertTrue(found, fault + " goes unnoticed; what is found is " + others);
  }

  /** What is durable of a transfer is not fetched twice, after a crash of either side. */
  @ParameterizedTest
  @EnumSource(names = "NONE")
  void aTransferGoesOnWhereItBroke(TransferFault none) {
    for (int crashed : new int[] {FRESH, 0}) {
      VirtualMesh mesh = laden(3, none, 120);
      mesh.nodes.get(1).crash();
      mesh.heal(0, FRESH);
      mesh.heal(FRESH, 0);
      assertTrue(mesh.runUntil(() -> mesh.sent.getOrDefault("StatePiece", 0L) > 20, 5_000));
      mesh.nodes.get(crashed).crash();
      long before = mesh.sent.get("StatePiece");
      mesh.run(100);
      mesh.nodes.get(crashed).start();
      mesh.heal();
      mesh.checkConverged(20_000);
      long all = (120 - 18) / 2;
      long after = mesh.sent.get("StatePiece") - before;
      assertTrue(after < all - before / 2, before + " pieces before and " + after + " after");
      assertEquals(1, mesh.nodes.get(FRESH).diffsTaken);
    }
  }

  /** As one of the version before, which does not know such offers. */
  @Test
  void whoDoesNotTakeTheStatesItIsOfferedIsNamedUntilItDoes() {
    VirtualMesh mesh = new VirtualMesh(1, 2, MeshScenario.TINY_TAIL, PlantedFault.NONE);
    String space = VirtualMesh.SPACES.get(0);
    mesh.heal();
    mesh.run(1_000);
    mesh.isolate(1);
    for (int i = 0; i < 50; i++) {
      mesh.nodes.get(0).write(space, Changes.adding("x" + i));
      mesh.run(10);
    }
    mesh.muted.add(Message.StateOffer.class);
    mesh.heal();
    mesh.run(5_000);
    assertFalse(needsUpdate(mesh), "it may be busy");
    mesh.run(60_000);
    assertTrue(needsUpdate(mesh));
    mesh.muted.clear();
    mesh.checkConverged(20_000);
    assertFalse(needsUpdate(mesh));
  }

  private static boolean needsUpdate(VirtualMesh mesh) {
    return mesh.nodes.get(0).gossip().peers().get(0).needsUpdate();
  }
}
