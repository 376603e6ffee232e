package dev.hearsay.sim.experiment.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.experiment.icde19.Cost;
import dev.hearsay.sim.experiment.icde19.Load;
import dev.hearsay.sim.experiment.icde19.Topology;
import org.junit.jupiter.api.Test;

class HearsayRunTest {
  private static final Topology MESH = Topology.mesh(15);

  @Test
  void onAMeshElementsCrossHardlyMoreLinksThanTheyMust() throws Exception {
    Cost cost = new HearsayRun().run(MESH, Load.SET, 1);
    assertEquals(21_000, cost.floor());
    assertTrue(cost.elements() >= cost.floor(), cost::toString);
    assertTrue(cost.elements() <= 1.1 * cost.floor(), cost::toString);
    assertEquals(cost, new HearsayRun().run(MESH, Load.SET, 1), "the same seed is the same run");
  }

  @Test
  void topologiesOfTheScaleExperimentAreConnectedAndSparse() {
    Topology topology = Scale.topology(300, 7);
    assertEquals(300 * 6, topology.links().stream().mapToInt(links -> links.size()).sum());
    assertEquals(topology, Scale.topology(300, 7));
  }
}
