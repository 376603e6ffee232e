package dev.hearsay.sim.workload;

import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;

/** A workload as a user would write it, named in META-INF/services. */
public final class OfAUser implements Workload {
  @Override
  public String name() {
    return "of-a-user";
  }

  @Override
  public String description() {
    return "every session adds its numbers to one set";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private int added;

      @Override
      protected void step(Session session, Runnable ended) {
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> tx.orSet("numbers", Integer.class).add(added++),
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, fields -> fields.orSet("numbers", Integer.class).values());
      }
    };
  }
}
