package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A majority of the voters is lost for good, and an operator says so. In virtual time. */
class LostVotersTest {
  private static final String SPACE = VoterScenario.SPACE;
  private static final int SEEDS = 150;
  private static final int[] LEFT = {0, 3, 4};

  /** Voters 0, 1 and 2 of five nodes, of which 1 and 2 will be lost. */
  private static VirtualMesh ready(long seed, VoterFault fault) {
    VirtualMesh mesh = new VirtualMesh(seed, 5, SpaceLimits.DEFAULT, PlantedFault.NONE);
    VoterScenario.begin(mesh);
    mesh.voters.fault = fault;
    return mesh;
  }

  private static VirtualVoter voter(VirtualMesh mesh, int node) {
    return mesh.nodes.get(node).voter;
  }

  private static Set<String> lost(VirtualMesh mesh) {
    return new TreeSet<>(VoterScenario.ids(mesh, 1, 2));
  }

  private static void lose(VirtualMesh mesh) {
    mesh.nodes.get(1).crash();
    mesh.nodes.get(2).crash();
  }

  private static @Nullable Shortfall replace(VirtualMesh mesh, int node) {
    voter(mesh, node).replaceLost(SPACE, lost(mesh), VoterScenario.ids(mesh, LEFT), done -> {});
    mesh.run(5_000);
    return voter(mesh, node).refused;
  }

  /** Returns how much was acknowledged by the lost alone. */
  private static long life(long seed, VoterFault fault) {
    VirtualMesh mesh = ready(seed, fault);
    for (int step = 0; step < 12; step++) {
      int some = mesh.random.nextInt(5);
      switch (mesh.random.nextInt(4)) {
        case 0 -> mesh.cut(some, mesh.random.nextInt(5));
        case 1 -> mesh.isolate(some);
        default -> voter(mesh, some).write(SPACE, "e" + step);
      }
      mesh.run(mesh.random.nextInt(400));
    }
    // Voter 0 is alone with what it has until the very moment.
    mesh.heal();
    mesh.isolate(0);
    int friend = 1 + mesh.random.nextInt(2);
    mesh.heal(0, friend);
    mesh.heal(friend, 0);
    for (int i = 0; i < 3; i++) {
      voter(mesh, mesh.random.nextInt(3)).write(SPACE, "late" + i);
      mesh.run(mesh.random.nextInt(300));
    }
    lose(mesh);
    mesh.run(LostVoters.SILENT_MILLIS + 5_000L);
    for (int node : LEFT) {
      mesh.heal(0, node);
      mesh.heal(node, 0);
    }
    VersionVector left = VersionVector.EMPTY;
    for (int node : LEFT) {
      left = left.join(mesh.nodes.get(node).durable(SPACE).frontier());
    }
    long given = mesh.voters.giveUp(SPACE, left);
    int operator = LEFT[mesh.random.nextInt(LEFT.length)];
    List<String> wanted = VoterScenario.ids(mesh, LEFT);
    voter(mesh, operator).replaceLost(SPACE, lost(mesh), wanted, done -> {});
    int before = mesh.voters.reads;
    for (int i = 0; i < 40; i++) {
      mesh.run(mesh.random.nextInt(60));
      voter(mesh, LEFT[mesh.random.nextInt(LEFT.length)]).read(SPACE, frontier -> {});
      if (i > 20) {
        voter(mesh, LEFT[mesh.random.nextInt(LEFT.length)]).write(SPACE, "after" + i);
      }
    }
    mesh.run(5_000);
    VoterView now = voter(mesh, operator).view(SPACE);
    if (now.version() != 2 || !now.settled().equals(List.of(wanted))) {
      throw new MeshOracle.Violation("not replaced: " + now + voter(mesh, operator).refused);
    }
    assertTrue(mesh.voters.reads > before, "nobody could read");
    return given;
  }

  @Test
  void whatAnyVoterThatIsLeftHasIsSeenByEveryQuorumReadAfter() {
    long given = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      long replay = seed;
      given += assertDoesNotThrow(() -> life(replay, VoterFault.NONE), () -> "seed " + replay);
    }
    // Without it nothing would have been given up, and the promise would be larger than it is.
    assertTrue(given > 0, "no write was acknowledged by the lost alone");
  }

  @Test
  void aListInForceBeforeItHasWhatTheOthersHaveIsFound() {
    boolean found = false;
    for (long seed = 0; seed < 3 * SEEDS && !found; seed++) {
      try {
        life(seed, VoterFault.REPLACES_WITHOUT_PULLING);
      } catch (MeshOracle.Violation e) {
        found = String.valueOf(e.getMessage()).contains("misses an acknowledged quorum write");
      }
    }
    assertTrue(found, "it goes unnoticed");
  }

  private static void assertRefused(
      @Nullable Shortfall refused, Shortfall.Reason reason, String... names) {
    assertNotNull(refused);
    assertEquals(reason, refused.reason());
    assertEquals(List.of(names), refused.silent());
  }

  @Test
  void oneThatAnswersIsNotLost() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    mesh.run(LostVoters.SILENT_MILLIS);
    mesh.nodes.get(1).crash();
    mesh.run(LostVoters.SILENT_MILLIS + 5_000L);
    assertRefused(replace(mesh, 3), Shortfall.Reason.NOT_LOST, "node2");
    assertEquals(1, voter(mesh, 3).view(SPACE).version());
  }

  @Test
  void oneThatAnotherNodeHearsIsNotLostEither() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    mesh.nodes.get(1).crash();
    mesh.cut(3, 2);
    mesh.cut(2, 3);
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    assertRefused(replace(mesh, 3), Shortfall.Reason.NOT_LOST, "node2 (not reachable)");
  }

  @Test
  void oneThatFellSilentAMomentAgoIsNotLostYet() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    mesh.run(LostVoters.SILENT_MILLIS);
    lose(mesh);
    mesh.run(LostVoters.SILENT_MILLIS - 10_000L);
    assertRefused(
        replace(mesh, 3),
        Shortfall.Reason.NOT_LOST,
        "node1 (not reachable)",
        "node2 (not reachable)");
    mesh.run(15_000);
    assertNull(replace(mesh, 3));
    assertEquals(2, voter(mesh, 3).view(SPACE).version());
  }

  @Test
  void aNodeThatHasJustStartedKnowsNobodyToBeLost() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    lose(mesh);
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    mesh.nodes.get(3).crash();
    mesh.nodes.get(3).start();
    mesh.run(10_000);
    assertRefused(replace(mesh, 3), Shortfall.Reason.TOO_EARLY);
  }

  @Test
  void everyVoterThatIsLeftHasToSayWhatItHas() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    lose(mesh);
    mesh.isolate(0);
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    assertRefused(replace(mesh, 3), Shortfall.Reason.UNCHANGED, "node0 (not reachable)");
    assertEquals(1, voter(mesh, 3).view(SPACE).version());
  }

  @Test
  void whereAMajorityIsLeftItIsNotDoneByForce() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    mesh.nodes.get(1).crash();
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    Set<String> one = Set.of(voter(mesh, 1).id());
    List<String> left = VoterScenario.ids(mesh, LEFT);
    voter(mesh, 3).replaceLost(SPACE, one, left, done -> {});
    assertRefused(voter(mesh, 3).refused, Shortfall.Reason.NO_MAJORITY_LOST);
    mesh.nodes.get(2).crash();
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    voter(mesh, 3).replaceLost(SPACE, lost(mesh), VoterScenario.ids(mesh, 0, 1), done -> {});
    assertRefused(voter(mesh, 3).refused, Shortfall.Reason.NO_MAJORITY_LOST);
  }

  /** They were only cut off: each side has its quorum, and the two lists count when they meet. */
  @Test
  void wherePeopleWereWrongBothListsCountOnceTheSidesMeet() {
    VirtualMesh mesh = ready(1, VoterFault.NONE);
    for (int node : LEFT) {
      for (int lost : new int[] {1, 2}) {
        mesh.cut(node, lost);
        mesh.cut(lost, node);
      }
    }
    mesh.run(2L * LostVoters.SILENT_MILLIS);
    assertNull(replace(mesh, 3));
    voter(mesh, 1).change(SPACE, VoterScenario.ids(mesh, 1, 2), done -> {});
    mesh.run(5_000);
    assertEquals(2, voter(mesh, 1).view(SPACE).version());
    mesh.heal();
    mesh.run(10_000);
    assertEquals(2, voter(mesh, 0).view(SPACE).settled().size());
    assertEquals(voter(mesh, 0).view(SPACE), voter(mesh, 2).view(SPACE));
  }
}
