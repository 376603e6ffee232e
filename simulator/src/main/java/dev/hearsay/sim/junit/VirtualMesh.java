package dev.hearsay.sim.junit;

import dev.hearsay.mesh.Snapshot;
import dev.hearsay.sim.world.Campaign;
import dev.hearsay.sim.world.FailureReport;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.PlantedFault;
import dev.hearsay.sim.world.PossibleFaults;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private @Nullable Schedule schedule;
  private final Set<String> spaces = new TreeSet<>();
  private final Set<String> placed = new TreeSet<>();
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

  /**
   * What may go wrong, drawn from the seed. What cannot, such as moves where no space is placed, is
   * refused when the mesh is run.
   */
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
   * A space that lives on some nodes only: at first on the first two, and then where agents have it
   * {@linkplain dev.hearsay.mesh.Space#place placed}. Elsewhere it cannot be written or read, and
   * it has no voters.
   */
  public VirtualMesh placedSpace(String name) {
    placed.add(name);
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

  /**
   * What must hold of a space, at every node that holds it, when all has healed and the nodes are
   * equal.
   */
  public VirtualMesh inTheEnd(String space, Consumer<Snapshot> check) {
    if (!placed.contains(space)) {
      space(space);
    }
    claims.add(new AgentsWorkload.Claim(space, check));
    return this;
  }

  /**
   * What goes wrong and when, from a file as {@code hearsay sim} writes and reads it, instead of
   * drawing it. What would never happen, such as a fault after the end or to a node that is not
   * there, is refused when the mesh is run.
   *
   * @throws IllegalArgumentException if it is no such file
   */
  public VirtualMesh schedule(Path file) {
    try {
      schedule = Schedule.read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read", e);
    }
    return this;
  }

  private AgentsWorkload.Cast cast() {
    return new AgentsWorkload.Cast(agents, claims, spaces, placed);
  }

  /** The same mesh without what the test has put on it. */
  void clear() {
    agents.clear();
    claims.clear();
    spaces.clear();
    placed.clear();
  }

  /**
   * Runs until all agents have ended and the mesh has settled. A run that fails is made again with
   * fewer faults, as long as it still fails in the same way: what agents leave outside of the mesh,
   * in variables of the test, is there in these runs too.
   *
   * @throws IllegalStateException if something of what was to go wrong cannot, saying what and why;
   *     nothing has been run then
   * @throws AssertionError with the seed, the faults that are enough, what happened and how to run
   *     it again, if the test or any judge found something wrong
   */
  public RunResult run() {
    return run(this::cast);
  }

  /**
   * The same.
   *
   * @param again has the test put its agents on the mesh anew, for each run after the first
   */
  RunResult run(Runnable again) {
    return run(
        () -> {
          clear();
          again.run();
          return cast();
        });
  }

  private RunResult run(Supplier<AgentsWorkload.Cast> again) {
    AgentsWorkload workload = new AgentsWorkload(cast(), again);
    SimSettings settings =
        new SimSettings(nodes, time.toNanos(), workload, faults, schedule, null, Map.of());
    requirePossible(settings);
    Campaign campaign =
        new Campaign(null, PlantedFault.NONE, (nanos, done) -> {}, /* threads= */ 1);
    List<RunResult> results = new ArrayList<>();
    try {
      campaign.each(
          List.of(settings),
          seed,
          1,
          () -> results.isEmpty(),
          (one, result) -> results.add(result));
    } finally {
      workload.end();
    }
    if (!campaign.totals().failures().isEmpty()) {
      throw new AssertionError(message(campaign.totals().failures().get(0)));
    }
    return results.get(0);
  }

  /** A test under faults that never come is green, and shows nothing. */
  private void requirePossible(SimSettings settings) {
    PossibleFaults possible = PossibleFaults.of(settings);
    if (schedule != null) {
      try {
        possible.check(schedule);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException("the schedule of the mesh: " + e.getMessage(), e);
      }
      return;
    }
    for (FaultKind kind : faults) {
      String why = possible.impossible(kind);
      if (why != null) {
        throw new IllegalStateException(
            "faults " + kind + " cannot be on " + nodes + " nodes in " + time + ": " + why);
      }
    }
  }

  private String message(Campaign.Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add("with seed " + seed + ": " + failure.smallest().failure());
    FailureReport.lines(failure).stream().skip(1).forEach(lines::add);
    String same = "-D" + SimulatedTestExtension.SEED + "=" + seed;
    if (!failure.smallest().schedule().equals(failure.run().schedule())) {
      lines.add(smallestAgain(failure, same));
    }
    lines.add("the same run again: " + same);
    return String.join(System.lineSeparator(), lines);
  }

  private static String smallestAgain(Campaign.Failure failure, String same) {
    try {
      Path saved = FailureReport.save(failure.settings(), failure.smallest());
      return "the smallest again: " + same + " -D" + SimulatedTestExtension.SCHEDULE + "=" + saved;
    } catch (IOException e) {
      return "the schedule cannot be saved: " + e.getMessage();
    }
  }
}
