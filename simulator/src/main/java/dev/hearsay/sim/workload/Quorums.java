package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Writes and reads that ask a quorum of the voters, among some that do not. */
final class Quorums implements Workload {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "quorums";
  }

  @Override
  public String description() {
    return "writes and reads that ask a quorum of the voters, among some that do not";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long written;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        String chapter = Chapters.at(session.client());
        int choice = random.nextInt(10);
        if (choice < 4) {
          session.read(
              MEMORY,
              choice == 0 ? ReadOptions.local() : ReadOptions.quorum(TIMEOUT),
              fields -> read(fields, chapter),
              outcome -> ended.run());
          return;
        }
        String value = session.name() + "#" + written++;
        session.write(
            MEMORY,
            choice == 4
                ? WriteOptions.local()
                : choice == 5 ? WriteOptions.atLeast(1, TIMEOUT) : WriteOptions.quorum(TIMEOUT),
            tx -> {
              tx.orSet("set-" + chapter, String.class).add(value);
              tx.lwwRegister("latest", String.class).set(value);
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (String chapter : Chapters.upTo(session.client())) {
          session.read(MEMORY, fields -> read(fields, chapter));
        }
      }
    };
  }

  private static void read(Fields fields, String chapter) {
    fields.orSet("set-" + chapter, String.class).values();
    fields.lwwRegister("latest", String.class).get();
  }
}
