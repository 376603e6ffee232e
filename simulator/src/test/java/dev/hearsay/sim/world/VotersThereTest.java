package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.Workloads;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A quorum must answer where most of the voters are there with all that they had, and only there.
 */
class VotersThereTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String SPACE = WorldSettings.SPACE;

  private static World begun(WorldSettings settings) {
    World world = new World(settings);
    world.begin();
    assertTrue(world.runUntil(world::isConverged, 10 * SECOND), world::whyNotConverged);
    return world;
  }

  @Test
  void oneOfThreeMayHaveLostItsDiskAndTwoMayNot() {
    World world = begun(WorldSettings.of(1, 4));
    VotersThere voters = new VotersThere(world);
    world.observe(voters);
    world.diskDamaged(world.node(3));
    world.diskDamaged(world.node(0));
    assertTrue(voters.areMost(world.node(0), SPACE));
    assertFalse(voters.areMissing());
    world.diskDamaged(world.node(1));
    assertFalse(voters.areMost(world.node(3), SPACE));
    assertTrue(voters.areMissing());
  }

  @Test
  void whoHasLeftDoesNotAnswer() {
    World world = begun(WorldSettings.of(1, 4));
    VotersThere voters = new VotersThere(world);
    world.node(2).member(false);
    assertTrue(voters.areMost(world.node(3), SPACE));
    assertFalse(voters.areMissing());
    world.node(1).member(false);
    assertFalse(voters.areMost(world.node(3), SPACE));
    assertTrue(voters.areMissing());
  }

  @Test
  void onlyNeighboursAnswerWhereLinksAreRestricted() {
    Topology line =
        new Topology("line", List.of(List.of(1), List.of(0, 2), List.of(1, 3), List.of(2)));
    World world = begun(WorldSettings.of(1, 4).withTopology(line));
    VotersThere voters = new VotersThere(world);
    assertTrue(voters.areMost(world.node(0), SPACE));
    assertTrue(voters.areMost(world.node(1), SPACE));
    assertFalse(voters.areMost(world.node(3), SPACE));
    assertFalse(voters.areMissing(), "they are all there");
  }

  /** What cannot be is not asked for: such runs end well. */
  @Test
  void aMeshThatHasLostMostOfItsVotersIsNotAskedForQuorums() {
    List<String> faults = List.of("0.5 lost-disk n1 for 0.5", "2 lost-disk n2 for 0.5");
    Schedule schedule = new Schedule(faults.stream().map(Fault::parse).toList());
    SimSettings settings =
        new SimSettings(
            4,
            4 * SECOND,
            Workloads.find("quorums").orElseThrow(),
            List.of(),
            schedule,
            null,
            Map.of());
    RunResult result = Simulation.run(settings, 1, PlantedFault.NONE);
    assertNull(result.failure(), () -> faults + ": " + result.failure());
    assertEquals(faults.size(), result.faults());
    assertTrue(
        result.timeline().stream().anyMatch(line -> line.endsWith("all nodes work again")),
        result.timeline()::toString);
  }
}
