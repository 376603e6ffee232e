package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.mesh.wire.Message;
import org.junit.jupiter.api.Test;

/** What nodes know of each other, and what they let go of by it, in virtual time. */
class BooksTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int[][] CHAIN = {{1}, {0, 2}, {1, 3}, {2}};

  private static VirtualMesh ready(int nodes) {
    VirtualMesh mesh = new VirtualMesh(7, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.heal();
    mesh.checksStability = true;
    mesh.run(1_000);
    return mesh;
  }

  private static VirtualMesh chain() {
    VirtualMesh mesh = new VirtualMesh(7, CHAIN.length, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.restrict(CHAIN);
    mesh.heal();
    mesh.checksStability = true;
    mesh.run(10_000);
    return mesh;
  }

  private static void write(VirtualMesh mesh, int node, int changes) {
    for (int i = 0; i < changes; i++) {
      mesh.nodes.get(node).write(SPACE, Changes.adding("e" + mesh.nowMillis()));
      mesh.run(10);
    }
  }

  private static int held(VirtualMesh mesh, int node) {
    return Trimming.held(mesh.nodes.get(node).core(SPACE));
  }

  private static NodeView view(VirtualMesh mesh, int of, int other) {
    VirtualNode from = mesh.nodes.get(of);
    String name = mesh.nodes.get(other).address().host();
    return from.gossip().books().nodes(mesh.nowMillis()).stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(from.address() + " does not know " + name));
  }

  @Test
  void aQuietSpaceHoldsNoChangesOneByOne() {
    VirtualMesh mesh = ready(3);
    write(mesh, 0, 100);
    write(mesh, 2, 50);
    mesh.run(2_000);
    assertTrue(held(mesh, 0) > 0, "another branch would have been found by now");
    mesh.run(10_000);
    for (int node = 0; node < 3; node++) {
      assertEquals(0, held(mesh, node));
      assertEquals(0, mesh.nodes.get(node).gossip().books().unsettledSpaces());
    }
    mesh.checkConverged(1_000);
    mesh.checkIdle();
  }

  /** What was told of it before is not known to what was read back from the journal. */
  @Test
  void aQuietSpaceThatWasReadBackHoldsNoChangesEither() {
    VirtualMesh mesh = ready(3);
    write(mesh, 0, 100);
    mesh.run(12_000);
    assertEquals(0, held(mesh, 1));
    mesh.nodes.get(1).reload(SPACE);
    assertEquals(100, held(mesh, 1));
    mesh.run(12_000);
    assertEquals(0, held(mesh, 1));
    assertEquals(0, mesh.nodes.get(1).gossip().books().unsettledSpaces());
  }

  @Test
  void aSpaceThatIsWrittenToHoldsWhatIsOnItsWay() {
    VirtualMesh mesh = ready(3);
    int most = 0;
    for (int i = 0; i < 3_000; i++) {
      write(mesh, i / 100 % 3, 1);
      most = Math.max(most, held(mesh, 0));
    }
    // 100 changes a second: five seconds until it is sure, five more until that is looked at.
    assertTrue(most <= 1_300, most + " held");
    assertTrue(most >= 500, most + " held: nothing was measured");
  }

  @Test
  void oneThatIsAwayIsWaitedForUntilItHasBeenSilentForLong() {
    VirtualMesh mesh = ready(3);
    BookSettings soon = BookSettings.DEFAULT.withSilentMillis(60_000);
    mesh.nodes.forEach(node -> node.gossip().books().use(soon));
    mesh.isolate(2);
    mesh.run(3_000);
    write(mesh, 0, 40);
    mesh.run(30_000);
    assertEquals(40, held(mesh, 0));
    assertEquals(40, held(mesh, 1));
    assertTrue(view(mesh, 0, 2).behindMillis() >= 28_000);
    mesh.checksStability = false; // what follows is not stable, and is said to be
    mesh.run(55_000);
    assertEquals(0, held(mesh, 0));
    assertEquals(0, held(mesh, 1));
    long before = mesh.nodes.get(2).diffsTaken;
    mesh.heal();
    mesh.checkConverged(3_000);
    assertTrue(mesh.nodes.get(2).diffsTaken > before);
    mesh.run(3_000);
    assertEquals(0, view(mesh, 0, 2).behind());
    assertEquals(0, view(mesh, 0, 2).behindMillis());
  }

  @Test
  void oneThatComesBackInTimeGetsChanges() {
    VirtualMesh mesh = ready(3);
    mesh.isolate(2);
    mesh.run(3_000);
    write(mesh, 0, 40);
    mesh.run(60_000);
    mesh.heal();
    mesh.checkConverged(3_000);
    assertEquals(0, mesh.nodes.get(2).diffsTaken);
    mesh.run(15_000);
    assertEquals(0, held(mesh, 0));
  }

  @Test
  void oneThatHearsNobodyKeepsWhatItHas() {
    VirtualMesh mesh = new VirtualMesh(7, 1, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.heal();
    write(mesh, 0, 40);
    mesh.run(100_000);
    assertEquals(40, held(mesh, 0));
  }

  @Test
  void theLagOfNodesThatAreNotInReachIsKnown() {
    VirtualMesh mesh = chain();
    write(mesh, 0, 10);
    mesh.checkConverged(5_000);
    mesh.run(25_000);
    assertEquals(0, view(mesh, 0, 3).behind());
    assertEquals(0, held(mesh, 0));
    mesh.isolate(3);
    mesh.run(3_000);
    write(mesh, 0, 5);
    mesh.run(20_000);
    NodeView far = view(mesh, 0, 3);
    assertEquals(5, far.behind());
    assertEquals(1, far.behindSpaces());
    assertTrue(far.behindMillis() >= 15_000 && far.behindMillis() <= 21_000, far::toString);
    assertTrue(far.heardMillis() >= 20_000 && far.heardMillis() <= 35_000, far::toString);
    assertEquals(0, view(mesh, 0, 2).behind());
    // Two hops away from the cut it is held for the one beyond it all the same.
    assertEquals(5, held(mesh, 0));
    mesh.heal();
    mesh.checkConverged(5_000);
    mesh.run(25_000);
    assertEquals(0, view(mesh, 0, 3).behind());
    assertEquals(0, view(mesh, 0, 3).behindMillis());
    assertEquals(0, held(mesh, 0));
    mesh.checkIdle();
  }

  /** It is these messages that tell of it, and without them nothing is let go of. */
  @Test
  void withoutBooksNothingIsKnownBeyondOnesReach() {
    VirtualMesh mesh = new VirtualMesh(7, CHAIN.length, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.muted.add(Message.BookTell.class);
    mesh.restrict(CHAIN);
    mesh.heal();
    write(mesh, 0, 10);
    mesh.checkConverged(5_000);
    mesh.run(20_000);
    assertEquals(1, mesh.nodes.get(0).gossip().books().nodes(mesh.nowMillis()).size());
    assertEquals(10, held(mesh, 0));
  }

  /** Its counters say that a peer has it, and its changes are needed to write it anew. */
  @Test
  void aSpaceWithTwoBranchesKeepsItsChanges() {
    VirtualMesh mesh = ready(2);
    Gossip gossip = mesh.nodes.get(0).gossip();
    write(mesh, 0, 20);
    mesh.run(3_000);
    gossip.forks().avoid(SPACE, mesh.nodes.get(1).address(), "another branch");
    mesh.run(60_000);
    assertEquals(20, held(mesh, 0));
    gossip.forks().meet(SPACE, mesh.nodes.get(1).address());
    write(mesh, 0, 1);
    mesh.run(25_000);
    assertEquals(0, held(mesh, 0));
  }

  @Test
  void nothingDependsOnWhatIsLetGoOf() {
    for (long seed = 0; seed < 60; seed++) {
      MeshScenario scenario = MeshScenario.of(3_000 + seed).with(PlantedFault.TRIMS_WHAT_IT_LIKES);
      assertDoesNotThrow(scenario::run, scenario::toString);
    }
  }

  @Test
  void whereAllReachEachOtherNobodyIsAskedAboutOthers() {
    VirtualMesh mesh = ready(4);
    mesh.run(3_000);
    mesh.sent.clear();
    write(mesh, 0, 100);
    mesh.run(10_000);
    assertEquals(0, mesh.sent.getOrDefault("BookAsk", 0L));
  }

  @Test
  void aNodeThatStartedAnewBeyondOnesReachIsKnownByWhatItHasNow() {
    VirtualMesh mesh = chain();
    mesh.checksStability = false;
    write(mesh, 0, 10);
    mesh.checkConverged(5_000);
    mesh.run(10_000);
    mesh.nodes.get(3).crash();
    mesh.nodes.get(3).wipe();
    mesh.cut(2, 3);
    mesh.cut(3, 2);
    mesh.nodes.get(3).start();
    mesh.run(5_000);
    assertEquals(0, view(mesh, 0, 3).behind());
    mesh.muted.add(Message.StateOffer.class);
    mesh.muted.add(Message.Answer.class);
    mesh.heal(2, 3);
    mesh.heal(3, 2);
    mesh.nodes.get(3).open(SPACE);
    mesh.run(15_000);
    assertEquals(10, view(mesh, 0, 3).behind());
    mesh.muted.clear();
    mesh.heal();
    mesh.checkConverged(10_000);
    mesh.run(15_000);
    assertEquals(0, view(mesh, 0, 3).behind());
  }
}
