package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.time.Duration;

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
    return new ReadOrWriteRun(options, history, /* reads= */ 4, /* choices= */ 10) {
      @Override
      void read(Session session, int choice, Runnable ended) {
        String chapter = Chapters.at(session.client());
        session.read(
            MEMORY,
            choice == 0 ? ReadOptions.local() : ReadOptions.quorum(TIMEOUT),
            fields -> Quorums.read(fields, chapter),
            outcome -> ended.run());
      }

      @Override
      void write(Session session, int choice, String value, Runnable ended) {
        String chapter = Chapters.at(session.client());
        session.write(
            MEMORY,
            switch (choice) {
              case 0 -> WriteOptions.local();
              case 1 -> WriteOptions.atLeast(1, TIMEOUT);
              default -> WriteOptions.quorum(TIMEOUT);
            },
            tx -> {
              tx.orSet("set-" + chapter, String.class).add(value);
              tx.lwwRegister("latest", String.class).set(value);
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (String chapter : Chapters.upTo(session.client())) {
          session.read(MEMORY, fields -> Quorums.read(fields, chapter));
        }
      }
    };
  }

  private static void read(Fields fields, String chapter) {
    fields.orSet("set-" + chapter, String.class).values();
    fields.lwwRegister("latest", String.class).get();
  }
}
