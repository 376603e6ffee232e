package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/** Increments and decrements by all, on a counter that is never reset and on one that is. */
final class Counters implements Workload {
  @Override
  public String name() {
    return "counters";
  }

  @Override
  public String description() {
    return "increments and decrements by all, and resets among them";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        int choice = random.nextInt(10);
        if (choice < 2) {
          session.read(MEMORY, Counters::read);
          ended.run();
          return;
        }
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              if (choice < 6) {
                tx.pnCounter("count").increment(random.nextInt(100) - 30);
              } else if (choice < 9) {
                tx.pnCounter("reset").increment(1 + random.nextInt(9));
              } else {
                tx.pnCounter("reset").reset();
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, Counters::read);
      }
    };
  }

  private static void read(Fields fields) {
    fields.pnCounter("count").value();
    fields.pnCounter("reset").value();
  }
}
