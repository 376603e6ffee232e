package dev.hearsay.sim.experiment.failures;

import dev.hearsay.mesh.Space;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.live.LiveMesh;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Two agents count in the same place at the same time. */
final class LostUpdate implements FailureMode {
  private static final String SPACE = "lost-update";

  @Override
  public String title() {
    return "lost update";
  }

  @Override
  public String story() {
    return "Two agents read a number, add one and write it back; where their steps fall between"
        + " each other's, one increment is gone. In Hearsay an increment is a change of its own on"
        + " a counter, and two real nodes count at the same time.";
  }

  @Override
  public Trial plain(int rounds, RandomGenerator random) {
    PlainStore store = new PlainStore();
    long time = 0;
    // What each agent has read and not yet written; less than 0 for nothing.
    long[] read = {-1, -1};
    int[] done = {0, 0};
    while (done[0] < rounds || done[1] < rounds) {
      int agent = done[0] == rounds ? 1 : done[1] == rounds ? 0 : random.nextInt(2);
      if (read[agent] < 0) {
        read[agent] = store.number("count");
      } else {
        store.put("count", Long.toString(read[agent] + 1), ++time);
        read[agent] = -1;
        done[agent]++;
      }
    }
    return new Trial(2L * rounds - store.number("count"), 2L * rounds, "increments lost");
  }

  @Override
  public Trial hearsay(int rounds, RandomGenerator random)
      throws ExperimentFailedException, IOException {
    try (LiveMesh mesh = LiveMesh.start(2)) {
      mesh.share(SPACE);
      List<Thread> agents = new ArrayList<>();
      for (int node = 0; node < 2; node++) {
        Space space = mesh.space(node, SPACE);
        agents.add(
            new Thread(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    space.pnCounter("count").increment();
                  }
                }));
      }
      Threads.start(agents);
      int stuck = Threads.join(agents, Threads.PATIENCE);
      if (stuck > 0) {
        throw new ExperimentFailedException(
            stuck + " agent(s) still count after " + Threads.PATIENCE.toSeconds() + " s");
      }
      mesh.await("both nodes agree", () -> mesh.agree(SPACE));
      long counted = mesh.space(0, SPACE).pnCounter("count").value();
      return new Trial(Math.abs(2L * rounds - counted), 2L * rounds, "increments lost");
    }
  }
}
