package dev.hearsay.sim.experiment.failures;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.Space;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.live.LiveMesh;
import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** An agent is told that something was written, and does not see it. */
final class StaleRead implements FailureMode {
  private static final String SPACE = "stale-read";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int DELAY_MAX = 10;

  @Override
  public String title() {
    return "stale read";
  }

  @Override
  public String story() {
    return "An agent writes at one replica and tells another agent, which reads at another replica."
        + " Both the message and the replication take 0 to 9 steps, drawn by chance; where the"
        + " message is faster, the reader acts on what is out of date. In Hearsay the message"
        + " carries the frontier of the write, and the other node waits until it has as much.";
  }

  @Override
  public Trial plain(int rounds, RandomGenerator random) {
    PlainStore here = new PlainStore();
    PlainStore there = new PlainStore();
    int stale = 0;
    for (int round = 1; round <= rounds; round++) {
      here.put("plan", Integer.toString(round), round);
      int message = random.nextInt(DELAY_MAX);
      int replication = random.nextInt(DELAY_MAX);
      if (replication <= message) {
        there.merge(here);
      }
      stale += there.number("plan") == round ? 0 : 1;
      there.merge(here);
    }
    return new Trial(stale, rounds, "reads of what was out of date");
  }

  @Override
  public Trial hearsay(int rounds, RandomGenerator random)
      throws ExperimentFailedException, IOException {
    try (LiveMesh mesh = LiveMesh.start(2)) {
      mesh.share(SPACE);
      Space here = mesh.space(0, SPACE);
      Space there = mesh.space(1, SPACE);
      int stale = 0;
      for (int round = 1; round <= rounds; round++) {
        int plan = round;
        Frontier token = here.update(tx -> tx.lwwRegister("plan", Integer.class).set(plan));
        there.awaitFrontier(token, PATIENCE);
        stale += there.lwwRegister("plan", Integer.class).get().orElse(0) == round ? 0 : 1;
      }
      return new Trial(stale, rounds, "reads of what was out of date");
    }
  }
}
