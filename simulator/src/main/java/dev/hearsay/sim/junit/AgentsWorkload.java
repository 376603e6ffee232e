package dev.hearsay.sim.junit;

import dev.hearsay.mesh.Snapshot;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Session;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Agents of a test as the workload of one run. */
final class AgentsWorkload implements Workload {
  /** An agent at the node of that number, from 0. */
  record Agent(int node, AgentCode code) {}

  /** What must hold of a space at every node in the end. */
  record Claim(String space, Consumer<Snapshot> check) {}

  /** After the heal, within which agents must end. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  private final List<Agent> agents;
  private final List<Claim> claims;
  private final Set<String> spaces;
  private final List<Baton> batons = new ArrayList<>();
  private final OwnChecks checks = new OwnChecks();

  AgentsWorkload(List<Agent> agents, List<Claim> claims, Set<String> spaces) {
    this.agents = List.copyOf(agents);
    this.claims = List.copyOf(claims);
    this.spaces = new TreeSet<>(spaces);
  }

  @Override
  public String name() {
    return "agents";
  }

  @Override
  public String description() {
    return "the agents of a test";
  }

  @Override
  public List<Checker> checkers() {
    return List.of(checks);
  }

  /** What the test itself finds wrong. */
  static final class OwnChecks extends Checker {
    @Override
    public String name() {
      return "own-checks";
    }

    @Override
    public boolean goesByNames() {
      return false;
    }

    @Override
    public String description() {
      return "what the test says of its agents and of what they leave";
    }

    void passed() {
      checked();
    }

    void failed(MeshClient client, String what, Throwable why) {
      report(client.nanos(), client.node(), what + ": " + why);
    }
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    Session.Takedown takedown = new Session.Takedown(options.run(), history);
    return new Run() {
      @Override
      public List<String> spaces() {
        return List.copyOf(spaces);
      }

      @Override
      public void start(MeshClient client) {
        int node = options.nodes().indexOf(client.node());
        for (int i = 0; i < agents.size(); i++) {
          if (agents.get(i).node() == node) {
            Session session = new Session(client.node() + "/" + i, client, takedown);
            batons.add(
                new VirtualAgent(session)
                    .begin(
                        agents.get(i).code(),
                        (agent, why) -> checks.failed(client, "an agent failed", why)));
          }
        }
      }

      @Override
      public void healed(MeshClient client) {
        client.after(
            PATIENCE,
            () -> {
              if (!isDone()) {
                checks.failed(
                    client,
                    "agents have not ended",
                    new IllegalStateException(PATIENCE.toSeconds() + " s after all has healed"));
              }
            });
      }

      @Override
      public boolean isDone() {
        return batons.stream().allMatch(Baton::hasEnded);
      }

      @Override
      public void finish(MeshClient client) {
        Session session = new Session(client.node() + "/final", client, takedown);
        for (Claim claim : claims) {
          session.read(
              claim.space(),
              snapshot -> {
                try {
                  claim.check().accept(snapshot);
                  checks.passed();
                } catch (AssertionError | RuntimeException e) {
                  checks.failed(client, "in the end '" + claim.space() + "' is wrong", e);
                }
              });
        }
      }
    };
  }

  /** Ends every agent that has not ended. */
  void end() {
    batons.forEach(Baton::end);
  }
}
