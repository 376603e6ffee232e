package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlacedMeshTest {
  private static final int SEEDS = 200;
  private static final String SPACE = "secret-plan";

  private static PlacedMesh mesh(String... roles) {
    return new PlacedMesh(11, SpaceLimits.DEFAULT, PlacedMesh.Fault.NONE, roles);
  }

  @Test
  void whateverHappensNothingOfASpaceIsSaidToOneWhoMayNotHoldItAndNothingIsLost() {
    long messages = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      PlacedScenario scenario = PlacedScenario.of(seed);
      PlacedMesh mesh = assertDoesNotThrow(scenario::run, scenario::toString);
      messages += mesh.borders.messages;
      assertFalse(mesh.nodes.get(4).held().contains(SPACE));
    }
    assertTrue(messages > 10_000L * SEEDS / 10, messages + " messages");
  }

  /** The checks above are worth something only if they find what is planted. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "VOUCHES_FOR_WHAT_GOES"})
  void aPlantedFaultIsFound(PlacedMesh.Fault fault) {
    boolean found = false;
    for (long seed = 0; seed < 40 && !found; seed++) {
      try {
        PlacedScenario.of(seed).with(fault).run();
      } catch (MeshOracle.Violation e) {
        found = String.valueOf(e.getMessage()).contains(fault.finding);
      }
    }
    assertTrue(found, fault + " goes unnoticed");
  }

  @Test
  void aNodeThatGainsTheRightPullsAndOneThatLosesItPurgesOnlyThen() {
    PlacedMesh mesh = mesh("old", "", "new");
    mesh.place(SPACE, Placement.onRoles("old"), 10);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    mesh.run(1_000);
    mesh.cut(0, 2);
    mesh.cut(2, 0);
    mesh.run(3_000);
    mesh.place(SPACE, Placement.onRoles("new"), 10);
    mesh.run(10_000);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(0).durable(SPACE)));
    assertTrue(mesh.nodes.get(0).isOnDisk(SPACE), "nobody else has it");
    mesh.heal();
    mesh.checkPlaced(5_000);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(2).durable(SPACE)));
    assertFalse(mesh.nodes.get(0).holds(SPACE));
  }

  @Test
  void whatALeavingNodeLacksItDoesNotHear() {
    PlacedMesh mesh = mesh("a", "b");
    mesh.place(SPACE, Placement.onRoles("a", "b"), 10);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("both"));
    mesh.run(1_000);
    mesh.place(SPACE, Placement.onRoles("b"), 10);
    mesh.run(20);
    mesh.nodes.get(1).write(SPACE, Changes.adding("only b"));
    mesh.checkPlaced(5_000);
    assertEquals(List.of("both", "only b"), Changes.elements(mesh.nodes.get(1).durable(SPACE)));
  }

  @Test
  void aLeavingNodeThatRestartsHandsOverWhatIsOnItsDisk() {
    PlacedMesh mesh = mesh("old", "new");
    mesh.place(SPACE, Placement.onRoles("old"), 10);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    mesh.run(500);
    mesh.nodes.get(1).crash();
    mesh.place(SPACE, Placement.onRoles("new"), 10);
    mesh.run(500);
    mesh.nodes.get(0).crash();
    mesh.run(500);
    mesh.heal();
    mesh.checkPlaced(5_000);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(1).durable(SPACE)));
  }

  @Test
  void aSpaceThatComesBackIsWrittenUnderAnotherName() {
    PlacedMesh mesh = mesh("a", "b");
    mesh.place(SPACE, Placement.onRoles("a"), 10);
    mesh.run(1_000);
    for (int i = 0; i < 3; i++) {
      mesh.nodes.get(0).write(SPACE, Changes.adding("a" + i));
      mesh.run(500);
      mesh.place(SPACE, Placement.onRoles("b"), 10);
      mesh.run(3_000);
      mesh.nodes.get(1).write(SPACE, Changes.adding("b" + i));
      mesh.run(500);
      mesh.place(SPACE, Placement.onRoles("a"), 10);
      mesh.run(3_000);
    }
    mesh.checkPlaced(5_000);
    assertEquals(
        List.of("a0", "a1", "a2", "b0", "b1", "b2"),
        Changes.elements(mesh.nodes.get(0).durable(SPACE)));
  }

  /**
   * The space is about to be removed here, because the other has it, when it moves back: the other
   * must not be told that it is here.
   */
  private static void moveBackWhileItGoes(PlacedMesh.Fault fault) {
    for (long seed = 0; seed < 80; seed++) {
      PlacedMesh mesh = new PlacedMesh(seed, SpaceLimits.DEFAULT, fault, "a", "b");
      mesh.lagMillisMax = 2_000;
      mesh.place(SPACE, Placement.onRoles("a"), 10);
      mesh.run(3_000);
      mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
      mesh.run(500);
      mesh.place(SPACE, Placement.onRoles("b"), 10);
      mesh.runUntil(() -> mesh.borders.kinds.containsKey("Covered"), 10_000);
      mesh.place(SPACE, Placement.onRoles("a"), 10);
      mesh.run(10_000);
      mesh.heal();
      mesh.checkPlaced(20_000);
    }
  }

  @Test
  void aSpaceThatMovesBackWhileItIsAboutToBeRemovedIsNotLost() {
    moveBackWhileItGoes(PlacedMesh.Fault.NONE);
    MeshOracle.Violation found =
        assertThrows(
            MeshOracle.Violation.class,
            () -> moveBackWhileItGoes(PlacedMesh.Fault.VOUCHES_FOR_WHAT_GOES));
    assertTrue(found.getMessage().contains("lacks acknowledged"), found::toString);
  }

  /** It had a copy in flight of what the other said of it when it was here the last time. */
  @Test
  void anAnswerToAnOfferOfLongAgoRemovesNothing() {
    PlacedMesh mesh = mesh("a", "b");
    mesh.place(SPACE, Placement.onRoles("a"), 10);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    mesh.run(500);
    VersionVector all = mesh.nodes.get(0).durable(SPACE).frontier();
    mesh.cut(0, 1);
    mesh.cut(1, 0);
    mesh.run(3_000);
    mesh.place(SPACE, Placement.onRoles("b"), 10);
    mesh.run(2_000);
    Message stale = new Message.Covered(SPACE, all);
    mesh.nodes.get(0).onMessage(mesh.nodes.get(1).address(), stale);
    mesh.run(2_000);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(0).durable(SPACE)));
    mesh.heal();
    mesh.checkPlaced(5_000);
  }

  @Test
  void aSpaceOnManyNodesTravelsAlongTreesOfItsOwn() {
    PlacedMesh mesh = mesh("r", "r", "r", "r", "r", "r", "r", "r", "r", "r", "", "other");
    mesh.place(SPACE, Placement.onRoles("r"), 10);
    mesh.place("common", Placement.everywhere(), 10);
    mesh.run(2_000);
    for (int i = 0; i < 30; i++) {
      mesh.nodes.get(i % 10).write(SPACE, Changes.adding("element " + i));
      mesh.run(100);
    }
    mesh.checkPlaced(5_000);
    assertEquals(30, Changes.elements(mesh.nodes.get(9).durable(SPACE)).size());
    assertTrue(mesh.borders.kinds.getOrDefault("PruneIn", 0) > 0, mesh.borders.kinds::toString);
    assertEquals(0, mesh.borders.kinds.getOrDefault("Prune", 0), mesh.borders.kinds::toString);
    // The trees mend when one of them leaves.
    mesh.nodes.get(3).crash();
    for (int i = 30; i < 60; i++) {
      mesh.nodes.get(i % 3).write(SPACE, Changes.adding("element " + i));
      mesh.run(100);
    }
    mesh.heal();
    mesh.checkPlaced(5_000);
    assertEquals(60, Changes.elements(mesh.nodes.get(3).durable(SPACE)).size());
  }

  @Test
  void messagesOfSpacesThatTheSenderOrReceiverMayNotHoldAreRefusedAndCounted() {
    PlacedMesh mesh = mesh("in", "out");
    mesh.place(SPACE, Placement.onRoles("in"), 10);
    mesh.run(1_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("x"));
    mesh.run(500);
    long before = mesh.nodes.get(0).misplaced;
    mesh.nodes
        .get(1)
        .say(
            mesh.nodes.get(0).address(),
            new Message.Push(SPACE, 1, List.of(new Changes(5).add("planted"))));
    mesh.run(500);
    assertEquals(before + 1, mesh.nodes.get(0).misplaced);
    assertEquals(List.of("x"), Changes.elements(mesh.nodes.get(0).durable(SPACE)));
  }
}
