package dev.hearsay.sim.experiment.icde19;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hearsay.sim.experiment.icde19.Baseline.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The baselines cost what the paper found; ratios on a mesh hang on its shape and timing. */
class BaselinesTest {
  private static final Topology TREE = Topology.tree(15);
  private static final Topology MESH = Topology.mesh(15);

  static List<Load> loads() {
    return Load.all();
  }

  private static Cost cost(Topology topology, Load load, Protocol protocol) {
    return new BaselineRun(topology, load, protocol, 1).run();
  }

  private static double ratio(Cost cost) {
    return (double) cost.elements() / cost.floor();
  }

  @ParameterizedTest
  @MethodSource("loads")
  void onATreeOptimizedDeltasCrossEachLinkOnce(Load load) {
    Cost cost = cost(TREE, load, Protocol.DELTA_BP_RR);
    assertEquals(1, ratio(cost), 0.01);
  }

  /** Published: 21,000, 146,972 and 1,395,645. */
  @Test
  void theFloorsAreThePublishedOnes() {
    assertEquals(21_000, cost(TREE, Load.SET, Protocol.DELTA_BP_RR).floor());
    assertEquals(147_000, cost(TREE, Load.map(10), Protocol.DELTA_BP_RR).floor());
    assertEquals(1_400_000, cost(TREE, Load.map(100), Protocol.DELTA_BP_RR).floor());
  }

  /** Published: 3.28, whatever the load. */
  @ParameterizedTest
  @MethodSource("loads")
  void onAMeshOptimizedDeltasCostThreeTimesTheFloor(Load load) {
    assertEquals(3.28, ratio(cost(MESH, load, Protocol.DELTA_BP_RR)), 0.1);
  }

  /** Published: 2.14. */
  @ParameterizedTest
  @MethodSource("loads")
  void onAMeshScuttlebuttCostsTwiceTheFloor(Load load) {
    assertEquals(2.14, ratio(cost(MESH, load, Protocol.SCUTTLEBUTT)), 0.1);
  }

  /** Over the published topologies, which differ from those above: the published elements. */
  @ParameterizedTest
  @MethodSource("published")
  void whatWasPublishedComesOutAgain(Topology topology, Load load, double tolerance)
      throws IOException {
    long paper =
        Published.read()
            .elements(topology.name(), load.label(), Protocol.DELTA_BP_RR.label())
            .orElseThrow();
    long found = cost(topology, load, Protocol.DELTA_BP_RR).elements();
    assertEquals(1, (double) found / paper, tolerance, found + " and published " + paper);
  }

  static List<Arguments> published() throws IOException {
    List<Arguments> all = new ArrayList<>();
    Published published = Published.read();
    for (Topology topology : published.topologies()) {
      for (Load load : Load.all()) {
        if (published
            .elements(topology.name(), load.label(), Protocol.DELTA_BP_RR.label())
            .isPresent()) {
          all.add(arguments(topology, load, topology.name().equals("tree15") ? 0.01 : 0.05));
        }
      }
    }
    assertEquals(10, all.size(), "figures that were published");
    return all;
  }

  /** Published for a set on a mesh: 225 and 219 times the floor. */
  @Test
  void statesAndClassicDeltasCostHundredsOfTimesTheFloor() {
    assertEquals(225, ratio(cost(MESH, Load.SET, Protocol.STATE)), 7);
    assertEquals(219, ratio(cost(MESH, Load.SET, Protocol.CLASSIC_DELTA)), 7);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertEquals(
        cost(MESH, Load.map(30), Protocol.SCUTTLEBUTT),
        cost(MESH, Load.map(30), Protocol.SCUTTLEBUTT));
  }

  @Test
  void aMapIsChangedInTheShareThatIsSaid() {
    assertEquals(7, Load.map(10).keys(3, 15, 0).size());
    int all = 0;
    for (int node = 0; node < 15; node++) {
      all += Load.map(100).keys(node, 15, 5).size();
    }
    assertEquals(Load.MAP_KEYS, all);
    assertTrue(Load.SET.keys(3, 15, 4).equals(List.of(63)));
  }
}
