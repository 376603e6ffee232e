package dev.hearsay.sim.workload;

import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/**
 * Values of some ten thousand characters under a few keys, now and then one that needs several
 * packets: changes travel in fragments, and states in pieces.
 */
final class LargeValues implements Workload {
  private static final int KEYS = 12;
  private static final int LENGTH = 20_000;
  private static final int LENGTH_OF_SOME = 120_000;

  @Override
  public String name() {
    return "large-values";
  }

  @Override
  public String description() {
    return "values that need several packets, and states that travel in several pieces";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long written;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        if (random.nextInt(3) > 0) {
          // Large ones are seldom, or a run would be nothing but copying.
          ended.run();
          return;
        }
        String key = "k" + random.nextInt(KEYS);
        int length = random.nextInt(12) == 0 ? LENGTH_OF_SOME : LENGTH;
        String value = (session.name() + "#" + written++ + " ").repeat(length / 10);
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> tx.orMap("large", String.class).put(key, value),
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, fields -> fields.orMap("large", String.class).get("k0"));
      }
    };
  }
}
