package dev.hearsay.sim.experiment.failures;

import dev.hearsay.mesh.Space;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.live.LiveMesh;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Agents that wait for each other, or for one that is gone. */
final class Deadlock implements FailureMode {
  private static final String SPACE = "deadlock";
  private static final List<List<String>> ORDERS =
      List.of(List.of("plan", "budget"), List.of("budget", "plan"));
  private static final int STEPS_MAX = 1_000;

  /** That an agent dies in a round, in one of so many. */
  private static final int DIES_ONE_IN = 10;

  @Override
  public String title() {
    return "deadlock";
  }

  @Override
  public String story() {
    return "To change two things as one, agents of a plain store take two locks. Two agents take"
        + " them in different orders, and one agent in ten rounds dies while it holds what it has:"
        + " then nobody goes on. In Hearsay one transaction changes both, without a lock: two of"
        + " three real nodes do so at the same time, and the third, which writes too, is closed in"
        + " the middle.";
  }

  @Override
  public Trial plain(int rounds, RandomGenerator random) {
    int stuck = 0;
    for (int round = 0; round < rounds; round++) {
      stuck += isStuck(random) ? 1 : 0;
    }
    return new Trial(stuck, rounds, "rounds in which nobody goes on");
  }

  private static boolean isStuck(RandomGenerator random) {
    PlainStore store = new PlainStore();
    int[] held = {0, 0};
    boolean[] done = {false, false};
    int dies = random.nextInt(DIES_ONE_IN) == 0 ? random.nextInt(2) : -1;
    for (int step = 0; step < STEPS_MAX; step++) {
      int agent = random.nextInt(2);
      List<String> locks = ORDERS.get(agent);
      if (done[agent] || (agent == dies && held[agent] > 0)) {
        continue;
      }
      if (held[agent] == locks.size()) {
        locks.forEach(store::remove);
        done[agent] = true;
      } else if (store.putIfAbsent(locks.get(held[agent]), "agent-" + agent, step)) {
        held[agent]++;
      }
    }
    // Whoever died need not have finished; whoever lives must have.
    return !(done[0] || dies == 0) || !(done[1] || dies == 1);
  }

  @Override
  public Trial hearsay(int rounds, RandomGenerator random)
      throws ExperimentFailedException, IOException {
    try (LiveMesh mesh = LiveMesh.start(3)) {
      mesh.share(SPACE);
      AtomicInteger finished = new AtomicInteger();
      List<Thread> agents = new ArrayList<>();
      for (int node = 0; node < 2; node++) {
        Space space = mesh.space(node, SPACE);
        agents.add(
            new Thread(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    write(space, round);
                    finished.incrementAndGet();
                  }
                }));
      }
      Threads.start(agents);
      write(mesh.space(2, SPACE), rounds);
      mesh.node(2).close();
      // Whoever is stuck has not finished its rounds, which is what is counted.
      Threads.join(agents, Threads.PATIENCE);
      return new Trial(
          2L * rounds - finished.get(), 2L * rounds, "transactions that did not go on");
    }
  }

  private static void write(Space space, int round) {
    space.update(
        tx -> {
          tx.lwwRegister("plan", Integer.class).set(round);
          tx.pnCounter("budget").decrement();
        });
  }
}
