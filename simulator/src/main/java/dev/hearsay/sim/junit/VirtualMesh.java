package dev.hearsay.sim.junit;

import dev.hearsay.mesh.Snapshot;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.SimSettings;
import dev.hearsay.sim.world.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A mesh in virtual time on which agents of a test run, while things go wrong as the seed has it:
 *
 * <pre>{@code
 * VirtualMesh mesh = VirtualMesh.of(3).seed(42).faults(FaultKind.CUT).space("trip");
 * mesh.agent(0, agent -> agent.space("trip").orSet("cities", String.class).add("Oslo"));
 * mesh.agent(1, agent -> agent.space("trip").orSet("cities", String.class).add("Bergen"));
 * mesh.inTheEnd("trip", trip -> assertEquals(2, trip.orSet("cities", String.class).size()));
 * mesh.run();
 * }</pre>
 *
 * <p>Agents run on threads of their own, one at a time: the same seed and the same code is the same
 * run. Besides what the test says, every judge of {@code hearsay sim} looks on. For one thread.
 *
 * @since 0.1
 */
public final class VirtualMesh {
  private final int nodes;
  private long seed;
  private Duration time = Duration.ofSeconds(30);
  private List<FaultKind> faults = List.of();
  private final Set<String> spaces = new TreeSet<>();
  private final List<AgentsWorkload.Agent> agents = new ArrayList<>();
  private final List<AgentsWorkload.Claim> claims = new ArrayList<>();

  private VirtualMesh(int nodes) {
    this.nodes = nodes;
  }

  /** A mesh of so many nodes, without agents or faults. */
  public static VirtualMesh of(int nodes) {
    if (nodes < 1) {
      throw new IllegalArgumentException("a mesh of " + nodes + " nodes");
    }
    return new VirtualMesh(nodes);
  }

  /** What all chance is drawn from; 0 if it is not said. */
  public VirtualMesh seed(long from) {
    seed = from;
    return this;
  }

  /** How long things may go wrong, in virtual time, before all heals; 30 s if it is not said. */
  public VirtualMesh time(Duration withFaults) {
    time = withFaults;
    return this;
  }

  /** What may go wrong. */
  public VirtualMesh faults(FaultKind... kinds) {
    faults = List.of(kinds);
    return this;
  }

  /** A space that all nodes hold from the beginning. */
  public VirtualMesh space(String name) {
    spaces.add(name);
    return this;
  }

  /**
   * An agent at a node.
   *
   * @param node the node's number, from 0
   */
  public VirtualMesh agent(int node, AgentCode code) {
    if (node < 0 || node >= nodes) {
      throw new IllegalArgumentException("node " + node + " of " + nodes);
    }
    agents.add(new AgentsWorkload.Agent(node, code));
    return this;
  }

  /** What must hold of a space, at every node, when all has healed and the nodes are equal. */
  public VirtualMesh inTheEnd(String space, Consumer<Snapshot> check) {
    space(space);
    claims.add(new AgentsWorkload.Claim(space, check));
    return this;
  }

  /**
   * Runs until all agents have ended and the mesh has settled.
   *
   * @throws AssertionError with the seed, if the test or any judge found something wrong
   */
  public RunResult run() {
    AgentsWorkload workload = new AgentsWorkload(agents, claims, spaces);
    SimSettings settings =
        new SimSettings(nodes, time.toNanos(), workload, faults, null, null, Map.of());
    RunResult result;
    try {
      result = Simulation.run(settings, seed, 0, null);
    } finally {
      workload.end();
    }
    if (result.failure() != null) {
      throw new AssertionError(
          "with seed "
              + seed
              + ": "
              + result.failure()
              + System.lineSeparator()
              + "the same run again: -D"
              + SimulatedTestExtension.SEED
              + "="
              + seed);
    }
    return result;
  }
}
