package dev.hearsay.sim.workload;

import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/**
 * All sessions append to one log, a new one every few minutes so that a long run does not read ever
 * longer ones, and to a log of which only the last entries are kept.
 */
final class Logs implements Workload {
  private static final int KEEP = 50;

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String description() {
    return "all append to one log, and to one of which only the last entries are kept";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long appended;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        String chapter = Chapters.at(session.client());
        int choice = random.nextInt(20);
        if (choice < 3) {
          session.read(MEMORY, fields -> read(fields, chapter, choice == 0));
          ended.run();
          return;
        }
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              log(tx, chapter).append(session.name() + "#" + appended++);
              if (choice == 3) {
                log(tx, chapter).append(session.name() + "#" + appended++);
              }
              AppendLog<String> window = tx.appendLog("window", String.class);
              window.append(session.name() + "#" + appended++);
              if (choice == 4) {
                window.keepLast(KEEP);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (String chapter : Chapters.upTo(session.client())) {
          session.read(MEMORY, fields -> read(fields, chapter, true));
        }
      }
    };
  }

  private static AppendLog<String> log(Fields fields, String chapter) {
    return fields.appendLog("log-" + chapter, String.class);
  }

  private static void read(Fields fields, String chapter, boolean whole) {
    log(fields, chapter).size();
    if (whole) {
      log(fields, chapter).entries();
    } else {
      log(fields, chapter).last(20);
    }
  }
}
