package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VirtualMeshTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int SEEDS = 150;

  private static VirtualMesh mesh(int nodes) {
    return new VirtualMesh(7, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
  }

  private static VirtualMesh ready(int nodes, SpaceLimits limits) {
    VirtualMesh mesh = new VirtualMesh(7, nodes, limits, PlantedFault.NONE);
    mesh.heal();
    mesh.run(1_000);
    return mesh;
  }

  @Test
  void aMeshHealsWhateverHappenedToIt() {
    for (long seed = 0; seed < SEEDS; seed++) {
      MeshScenario scenario = MeshScenario.of(seed);
      assertDoesNotThrow(scenario::run, scenario::toString);
    }
  }

  @Test
  void aMeshThatRemembersFewChangesHealsByStates() {
    long diffs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      MeshScenario scenario = MeshScenario.of(1_000 + seed).withTinyTail();
      VirtualMesh mesh = assertDoesNotThrow(scenario::run, scenario::toString);
      diffs += mesh.nodes.stream().mapToLong(node -> node.diffsTaken).sum();
    }
    assertTrue(diffs > SEEDS, diffs + " state transfers");
  }

  /** The checks above are worth something only if they find what is planted. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "TRIMS_WHAT_IT_LIKES"})
  void aPlantedFaultIsFound(PlantedFault fault) {
    boolean found = false;
    for (long seed = 0; seed < 40 && !found; seed++) {
      MeshScenario scenario = MeshScenario.of(seed).with(fault);
      try {
        (fault == PlantedFault.SERVES_BELOW_THE_FLOOR ? scenario.withTinyTail() : scenario).run();
      } catch (MeshOracle.Violation e) {
        found = fault.isFoundBy(e);
      }
    }
    assertTrue(found, fault + " goes unnoticed");
  }

  @Test
  void theSameSeedIsTheSameRun() {
    VirtualMesh first = MeshScenario.of(5).run();
    VirtualMesh second = MeshScenario.of(5).run();
    assertEquals(first.sent, second.sent);
    assertEquals(
        first.nodes.get(0).durable(SPACE).digest(), second.nodes.get(0).durable(SPACE).digest());
  }

  @Test
  void aWriteIsEverywhereWithinAFewMilliseconds() {
    VirtualMesh mesh = ready(3, SpaceLimits.DEFAULT);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    assertTrue(mesh.runUntil(mesh::isConverged, 0) || mesh.runUntil(mesh::isConverged, 50));
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(2).durable(SPACE)));
  }

  @Test
  void aSpaceThatAPeerDoesNotHoldIsNotGivenToIt() {
    VirtualMesh mesh = mesh(2);
    mesh.nodes.get(0).open(SPACE);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    // A delivery to the other node would be a violation.
    mesh.run(5_000);
    mesh.nodes.get(1).open(SPACE);
    mesh.run(100);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(1).durable(SPACE)));
  }

  @Test
  void twoSidesOfACutMeetAgain() {
    VirtualMesh mesh = ready(4, SpaceLimits.DEFAULT);
    for (int here = 0; here < 2; here++) {
      for (int there = 2; there < 4; there++) {
        mesh.cut(here, there);
        mesh.cut(there, here);
      }
    }
    mesh.run(5_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("left"));
    mesh.nodes.get(3).write(SPACE, Changes.adding("right"));
    mesh.run(5_000);
    assertEquals(List.of("left"), Changes.elements(mesh.nodes.get(1).durable(SPACE)));
    assertEquals(List.of("right"), Changes.elements(mesh.nodes.get(2).durable(SPACE)));
    mesh.heal();
    mesh.checkConverged(2_000);
    assertEquals(List.of("left", "right"), Changes.elements(mesh.nodes.get(0).durable(SPACE)));
  }

  @Test
  void oneDirectionCutIsRepairedOverAThirdNode() {
    VirtualMesh mesh = ready(3, SpaceLimits.DEFAULT);
    mesh.cut(0, 1);
    mesh.run(3_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    mesh.nodes.get(1).write(SPACE, Changes.adding("y"));
    mesh.checkConverged(3_000);
  }

  @Test
  void oneThatLostItsDiskIsRefilled() {
    VirtualMesh mesh = ready(3, SpaceLimits.DEFAULT);
    for (int i = 0; i < 50; i++) {
      mesh.nodes.get(i % 3).write(SPACE, Changes.adding("e" + i));
      mesh.run(20);
    }
    mesh.nodes.get(1).crash();
    mesh.nodes.get(1).wipe();
    mesh.run(500);
    mesh.heal();
    mesh.checkConverged(3_000);
    assertEquals(50, Changes.elements(mesh.nodes.get(1).durable(SPACE)).size());
  }

  @Test
  void aNodeThatWasAwayCatchesUpFromChangesWhileTheyAreHeld() {
    VirtualMesh mesh = ready(3, SpaceLimits.DEFAULT);
    mesh.isolate(2);
    mesh.run(3_000);
    for (int i = 0; i < 3_000; i++) {
      mesh.nodes.get(i % 2).write(SPACE, Changes.adding("element " + i));
      mesh.run(1);
    }
    mesh.heal();
    mesh.checkConverged(3_000);
    assertEquals(0, mesh.nodes.get(2).diffsTaken);
    mesh.checkIdle();
  }

  @Test
  void aLargeStateCrossesALossyNetworkInPieces() {
    VirtualMesh mesh = ready(2, MeshScenario.TINY_TAIL);
    mesh.isolate(1);
    mesh.run(3_000);
    for (int i = 0; i < 60; i++) {
      mesh.nodes.get(0).write(SPACE, Changes.adding(i + "x".repeat(40_000)));
      mesh.run(10);
    }
    mesh.heal();
    mesh.network(0.1, 0.1, 1);
    // 75 pieces: without asking again for what was lost, one try in 2,700 would get through.
    mesh.checkConverged(60_000);
    assertTrue(mesh.nodes.get(1).diffsTaken > 0);
  }

  @Test
  void lagIsKnownAndVanishes() {
    VirtualMesh mesh = ready(2, SpaceLimits.DEFAULT);
    mesh.isolate(1);
    mesh.run(100);
    for (int i = 0; i < 5; i++) {
      mesh.nodes.get(0).write(SPACE, Changes.adding("e" + i));
    }
    mesh.run(100);
    assertEquals(5, mesh.nodes.get(0).peers().get(0).behind());
    mesh.heal();
    mesh.checkConverged(3_000);
    mesh.run(1_000);
    assertEquals(0, mesh.nodes.get(0).peers().get(0).behind());
    assertEquals(0, mesh.nodes.get(1).peers().get(0).ahead());
  }
}
