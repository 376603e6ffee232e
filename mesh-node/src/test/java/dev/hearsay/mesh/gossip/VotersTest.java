package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Acknowledgements by voters in virtual time. */
class VotersTest {
  private static final String SPACE = VoterScenario.SPACE;
  private static final int SEEDS = 150;
  private static final int SEEDS_PER_FAULT = 600;

  private static VirtualMesh ready(int nodes) {
    VirtualMesh mesh = new VirtualMesh(7, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
    VoterScenario.begin(mesh);
    return mesh;
  }

  private static VirtualVoter voter(VirtualMesh mesh, int node) {
    return mesh.nodes.get(node).voter;
  }

  @Test
  void aQuorumReadSeesEveryQuorumWriteAcknowledgedBeforeItBegan() {
    int reads = 0;
    int writes = 0;
    int versions = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VoterScenario scenario = VoterScenario.of(seed);
      VirtualMesh mesh = assertDoesNotThrow(scenario::run, scenario::toString);
      reads += mesh.voters.reads;
      writes += mesh.voters.writes;
      versions += (int) voter(mesh, 0).view(SPACE).version() - 1;
    }
    // A check that never looks finds nothing.
    assertTrue(reads > 10 * SEEDS, reads + " reads");
    assertTrue(writes > 6 * SEEDS, writes + " writes");
    assertTrue(versions > SEEDS / 2, versions + " changes of voters");
  }

  /** Nodes are of the version before and of this one, and change with their starts. */
  @Test
  void quorumsHoldWhileNodesAreRenewed() {
    int reads = 0;
    int writes = 0;
    for (long seed = 0; seed < SEEDS / 3; seed++) {
      VoterScenario scenario = VoterScenario.of(seed).upgrading();
      VirtualMesh mesh = assertDoesNotThrow(scenario::run, scenario::toString);
      reads += mesh.voters.reads;
      writes += mesh.voters.writes;
    }
    assertTrue(reads > 3 * SEEDS, reads + " reads");
    assertTrue(writes > 2 * SEEDS, writes + " writes");
  }

  @Test
  void aMajorityOfTheVersionBeforeAcknowledgesAnswersAndChangesVoters() {
    VirtualMesh mesh = ready(4);
    voter(mesh, 1).older = true;
    voter(mesh, 2).older = true;
    voter(mesh, 0).write(SPACE, "x");
    mesh.run(300);
    assertEquals(1, mesh.voters.writes);
    // Now it is known for one, and asked so at once.
    mesh.network(0, 0, 1);
    voter(mesh, 0).write(SPACE, "y");
    mesh.run(20);
    assertEquals(2, mesh.voters.writes);
    voter(mesh, 3).read(SPACE, frontier -> {});
    mesh.run(500);
    assertEquals(1, mesh.voters.reads);
    AtomicInteger done = new AtomicInteger();
    voter(mesh, 0).change(SPACE, VoterScenario.ids(mesh, 0, 1, 3), x -> done.incrementAndGet());
    mesh.run(2_000);
    assertEquals(1, done.get());
  }

  /** The check above is worth something only if it finds what is planted. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "COUNTS_OTHER_BRANCHES", "READS_OTHER_BRANCHES", "REPLACES_WITHOUT_PULLING"})
  void aPlantedFaultIsFound(VoterFault fault) {
    boolean found = false;
    for (long seed = 0; seed < SEEDS_PER_FAULT && !found; seed++) {
      try {
        VoterScenario.of(seed).with(fault).run();
      } catch (MeshOracle.Violation e) {
        found = String.valueOf(e.getMessage()).contains("misses an acknowledged quorum write");
      }
    }
    assertTrue(found, fault + " goes unnoticed");
  }

  @Test
  void aQuorumAnswersWithinARoundTrip() {
    VirtualMesh mesh = ready(3);
    voter(mesh, 0).write(SPACE, "x");
    // 3 ms the journal here, 1 ms on the way, 3 ms the journal there, 1 ms back.
    mesh.network(0, 0, 1);
    mesh.run(15);
    assertEquals(1, mesh.voters.writes);
  }

  @Test
  void aMajorityIsEnoughAndLessIsNot() {
    VirtualMesh mesh = ready(3);
    mesh.isolate(2);
    voter(mesh, 0).write(SPACE, "x");
    mesh.run(1_000);
    assertEquals(1, mesh.voters.writes);
    mesh.isolate(1);
    voter(mesh, 0).write(SPACE, "y");
    mesh.run(10_000);
    assertEquals(1, mesh.voters.writes);
    Shortfall refused = voter(mesh, 0).refused;
    assertNotNull(refused);
    assertEquals(Shortfall.Reason.TIMEOUT, refused.reason());
    assertEquals(1, refused.had());
    assertEquals(2, refused.needed());
    assertEquals(List.of("node1 (not reachable)", "node2 (not reachable)"), refused.silent());
  }

  @Test
  void aNodeThatIsNoVoterAsksTheVotersAndDoesNotCount() {
    VirtualMesh mesh = ready(5);
    mesh.isolate(1);
    mesh.isolate(2);
    mesh.run(3_000);
    // Four have it, and only one of them is a voter.
    voter(mesh, 4).write(SPACE, "x");
    mesh.run(3_000);
    assertEquals(0, mesh.voters.writes);
    mesh.heal();
    mesh.run(2_000);
    voter(mesh, 4).write(SPACE, "y");
    mesh.run(1_000);
    assertTrue(mesh.voters.writes > 0);
  }

  @Test
  void moreVotersThanThereAreAreRefusedAtOnce() {
    VirtualMesh mesh = ready(3);
    VersionVector target = mesh.nodes.get(0).durable(SPACE).frontier();
    voter(mesh, 0).count(SPACE, target, Need.atLeast(4), had -> {});
    Shortfall refused = voter(mesh, 0).refused;
    assertNotNull(refused);
    assertEquals(Shortfall.Reason.TOO_FEW_VOTERS, refused.reason());
  }

  @Test
  void votersChangeOneAfterTheOtherWhoeverAsksAtTheSameTime() {
    VirtualMesh mesh = ready(5);
    AtomicInteger done = new AtomicInteger();
    voter(mesh, 0).change(SPACE, VoterScenario.ids(mesh, 0, 1, 3), x -> done.incrementAndGet());
    voter(mesh, 1).change(SPACE, VoterScenario.ids(mesh, 2, 3, 4), x -> done.incrementAndGet());
    mesh.run(4_000);
    assertEquals(2, done.get());
    List<Long> versions = new ArrayList<>();
    mesh.nodes.forEach(node -> versions.add(node.voter.view(SPACE).version()));
    assertEquals(List.of(3L, 3L, 3L, 3L, 3L), versions);
    assertEquals(1, voter(mesh, 0).view(SPACE).settled().size());
  }

  @Test
  void votersDoNotChangeWithoutAMajorityOfTheOldAndOfTheNew() {
    VirtualMesh mesh = ready(5);
    mesh.isolate(1);
    mesh.isolate(2);
    mesh.run(3_000);
    voter(mesh, 0).change(SPACE, VoterScenario.ids(mesh, 0, 3, 4), done -> {});
    mesh.run(6_000);
    assertEquals(1, voter(mesh, 0).view(SPACE).version());
    Shortfall refused = voter(mesh, 0).refused;
    assertNotNull(refused);
    assertEquals(Shortfall.Reason.UNCHANGED, refused.reason());
    assertEquals(List.of("node1 (not reachable)", "node2 (not reachable)"), refused.silent());
    mesh.heal();
    mesh.isolate(3);
    mesh.isolate(4);
    mesh.run(3_000);
    voter(mesh, 0).change(SPACE, VoterScenario.ids(mesh, 0, 3, 4), done -> {});
    mesh.run(6_000);
    assertEquals(1, voter(mesh, 0).view(SPACE).version());
  }

  @Test
  void whatOneNodeBeganAnotherFinishes() {
    VirtualMesh mesh = ready(5);
    mesh.isolate(4);
    mesh.run(3_000);
    // Its own list is reached, and the old voters accept it; then it dies.
    voter(mesh, 0).change(SPACE, VoterScenario.ids(mesh, 0, 1, 3), done -> {});
    for (int i = 0; i < 200 && voter(mesh, 1).view(SPACE).pending().isEmpty(); i++) {
      mesh.run(1);
    }
    assertEquals(List.of(VoterScenario.ids(mesh, 0, 1, 3)), voter(mesh, 1).view(SPACE).pending());
    mesh.nodes.get(0).crash();
    mesh.run(2_500);
    AtomicInteger done = new AtomicInteger();
    voter(mesh, 1).change(SPACE, VoterScenario.ids(mesh, 1, 2, 3), x -> done.incrementAndGet());
    mesh.run(4_000);
    assertEquals(1, done.get());
    assertEquals(List.of(VoterScenario.ids(mesh, 1, 2, 3)), voter(mesh, 1).view(SPACE).settled());
  }

  @Test
  void aVoterThatLostItsDiskIsSilentUntilItHasPulledFromAMajorityOfTheOthers() {
    VirtualMesh mesh = ready(3);
    voter(mesh, 0).write(SPACE, "x");
    mesh.run(1_000);
    VirtualNode lost = mesh.nodes.get(1);
    lost.crash();
    lost.wipe();
    lost.start();
    lost.open(VirtualVoter.BOOKS);
    lost.open(SPACE);
    mesh.isolate(2);
    mesh.run(Acknowledgements.WAIT_MILLIS_MAX + 5_000L);
    assertTrue(lost.voter.isInDoubt(SPACE), "it pulled from one of the two others only");
    int before = mesh.voters.writes;
    voter(mesh, 0).write(SPACE, "y");
    mesh.run(5_000);
    assertEquals(before, mesh.voters.writes);
    mesh.heal();
    mesh.run(5_000);
    assertFalse(lost.voter.isInDoubt(SPACE));
    mesh.isolate(2);
    voter(mesh, 0).write(SPACE, "z");
    mesh.run(3_000);
    assertEquals(before + 1, mesh.voters.writes);
  }
}
