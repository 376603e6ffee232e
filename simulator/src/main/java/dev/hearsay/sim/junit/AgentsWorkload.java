package dev.hearsay.sim.junit;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Session;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Agents of a test as the workload of one run. */
final class AgentsWorkload implements Workload {
  /** An agent at the node of that number, from 0. */
  record Agent(int node, AgentCode code) {}

  /** What must hold of a space at every node in the end. */
  record Claim(String space, Consumer<Snapshot> check) {}

  /** After the heal, within which agents must end. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  /**
   * What a test puts on its mesh.
   *
   * @param spaces that all nodes hold
   * @param placed spaces that some nodes hold
   */
  record Cast(List<Agent> agents, List<Claim> claims, Set<String> spaces, Set<String> placed) {
    Cast {
      agents = List.copyOf(agents);
      claims = List.copyOf(claims);
      spaces = Collections.unmodifiableSet(new TreeSet<>(spaces));
      placed = Collections.unmodifiableSet(new TreeSet<>(placed));
    }
  }

  private final Supplier<Cast> again;
  private final List<Baton> batons = new ArrayList<>();
  private Cast cast;
  private boolean begun;
  private OwnChecks checks;

  /**
   * The workload of a run, and of others with other faults.
   *
   * @param again what the test puts on the mesh of each run after the first
   */
  AgentsWorkload(Cast first, Supplier<Cast> again) {
    this.cast = first;
    this.again = again;
    this.checks = new OwnChecks(first.claims());
  }

  @Override
  public String name() {
    return "agents";
  }

  @Override
  public String description() {
    return "the agents of a test";
  }

  /** Asked for once, at the beginning of each run. */
  @Override
  public List<Checker> checkers() {
    end();
    batons.clear();
    if (begun) {
      cast = again.get();
    }
    begun = true;
    checks = new OwnChecks(cast.claims());
    return List.of(checks);
  }

  @Override
  public List<String> restricted() {
    return List.copyOf(cast.placed());
  }

  /** What the test itself finds wrong. */
  static final class OwnChecks extends Checker {
    private final List<Claim> unread;

    /** What a test says is to be looked at, each of it at one node at least. */
    OwnChecks(List<Claim> claims) {
      this.unread = new ArrayList<>(claims);
    }

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

    void read(Claim claim) {
      unread.remove(claim);
      checked();
    }

    /** A claim that nobody looked at has not been shown to hold. */
    @Override
    public void finish(long nanos) {
      for (Claim claim : unread) {
        report(nanos, "", "in the end '" + claim.space() + "' was read at no node");
      }
    }

    void failed(MeshClient client, String what, Throwable why) {
      report(client.nanos(), client.node(), what + ": " + why);
    }
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    Session.Takedown takedown = new Session.Takedown(options.run(), history);
    List<Agent> agents = cast.agents();
    OwnChecks own = checks;
    return new Run() {
      @Override
      public List<String> spaces() {
        return List.copyOf(cast.spaces());
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
                        (agent, why) -> own.failed(client, "an agent failed", why)));
          }
        }
      }

      @Override
      public void healed(MeshClient client) {
        client.after(
            PATIENCE,
            () -> {
              if (!isDone()) {
                own.failed(
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
        for (Claim claim : cast.claims()) {
          session.read(
              claim.space(),
              ReadOptions.local(),
              snapshot -> {
                own.read(claim);
                try {
                  claim.check().accept(snapshot);
                } catch (AssertionError | RuntimeException e) {
                  own.failed(client, "in the end '" + claim.space() + "' is wrong", e);
                }
              },
              outcome -> {
                // Who has left holds nothing, and not every node holds a space that is placed.
                boolean isHeld = !client.hasLeft() && !cast.placed().contains(claim.space());
                if (isHeld && outcome instanceof Outcome.Failed<Frontier> failed) {
                  own.failed(
                      client,
                      "in the end '" + claim.space() + "' cannot be read",
                      new IllegalStateException(failed.error()));
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
