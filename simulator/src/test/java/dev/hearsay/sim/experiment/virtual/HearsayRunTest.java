package dev.hearsay.sim.experiment.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.experiment.icde19.Cost;
import dev.hearsay.sim.experiment.icde19.Load;
import dev.hearsay.sim.experiment.icde19.Published;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HearsayRunTest {
  static List<Load> loads() {
    return List.of(Load.SET, Load.COUNTER, Load.map(10));
  }

  private static Topology mesh() throws IOException {
    return Published.read().topologies().stream()
        .filter(topology -> topology.name().equals("mesh15"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("loads")
  void onThePublishedMeshElementsCrossHardlyMoreLinksThanTheyMust(Load load) throws Exception {
    Cost cost = new HearsayRun().run(mesh(), load, 1);
    assertEquals(load.equals(Load.map(10)) ? 147_000 : 21_000, cost.floor());
    assertTrue(cost.elements() >= cost.floor(), cost::toString);
    assertTrue(cost.elements() <= 1.1 * cost.floor(), cost::toString);
    // Nobody who names each change once on a spanning tree sends less.
    assertTrue(cost.metadata() > 1_500 * 14, cost::toString);
  }

  @Test
  void theSameSeedIsTheSameRun() throws Exception {
    Topology tree = Topology.tree(5);
    assertEquals(
        new HearsayRun().run(tree, Load.COUNTER, 2), new HearsayRun().run(tree, Load.COUNTER, 2));
  }

  @Test
  void topologiesOfTheScaleExperimentAreConnectedAndSparse() {
    Topology topology = Scale.topology(300, 7);
    assertEquals(300 * 6, topology.links().stream().mapToInt(links -> links.size()).sum());
    assertEquals(topology, Scale.topology(300, 7));
  }
}
