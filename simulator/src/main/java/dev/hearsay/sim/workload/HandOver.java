package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Tasks that go from agent to agent: each writes what it found, and hands the frontier of that
 * write to an agent at another node, by a way of their own; that one waits for the frontier, reads
 * all that was found so far, and goes on.
 */
final class HandOver implements Workload {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "hand-over";
  }

  @Override
  public String description() {
    return "tasks that go from agent to agent, each of which waits for what the one before wrote";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new Tasks(options, history);
  }

  private static final class Tasks extends RoamingRun {
    private long found;

    Tasks(WorkloadOptions options, History history) {
      super(options, history);
    }

    @Override
    protected void step(Session session, Runnable ended) {
      String chapter = Chapters.at(session.client());
      String finding = session.name() + "#" + found++;
      session.write(
          MEMORY,
          WriteOptions.local(),
          tx -> {
            tx.appendLog("log-" + chapter, String.class).append(finding);
            tx.orSet("findings-" + chapter, String.class).add(finding);
            tx.lwwRegister("last-of-" + session.name(), String.class).set(finding);
          },
          outcome -> {
            if (outcome instanceof Outcome.Ok<Frontier> ok) {
              handOver(session, chapter, ok.value(), ended);
            } else {
              ended.run();
            }
          });
    }

    private void handOver(Session session, String chapter, Frontier token, Runnable ended) {
      MeshClient before = session.client();
      RandomGenerator random = before.random();
      MeshClient next = anywhere(random);
      before.after(
          Duration.ofMillis(1 + random.nextInt(50)),
          () -> {
            session.moveTo(next);
            session.read(
                MEMORY,
                ReadOptions.after(token, PATIENCE),
                fields -> read(fields, chapter, session.name()),
                outcome -> {
                  if (!(outcome instanceof Outcome.Ok)) {
                    // That node did not get it in time: the task stays where it was.
                    session.moveTo(before);
                  }
                  ended.run();
                });
          });
    }

    private static void read(Fields fields, String chapter, String task) {
      fields.appendLog("log-" + chapter, String.class).entries();
      fields.orSet("findings-" + chapter, String.class).values();
      fields.lwwRegister("last-of-" + task, String.class).get();
    }

    @Override
    protected void look(Session session) {
      for (String chapter : Chapters.upTo(session.client())) {
        session.read(MEMORY, fields -> read(fields, chapter, session.name()));
      }
    }
  }
}
