package dev.hearsay.sim.workload;

import dev.hearsay.sim.history.History;
import java.time.Duration;

/**
 * A run of sessions that each make one call after the other, with pauses of random length between
 * them, as long as clients are to go on. A session waits while its node is down, and goes on after.
 */
public abstract class PacedRun implements Workload.Run {
  /** The space that most runs use. */
  protected static final String MEMORY = "memory";

  private final WorkloadOptions options;
  private final Session.Takedown takedown;

  protected PacedRun(WorkloadOptions options, History history) {
    this.options = options;
    this.takedown = new Session.Takedown(options.run(), history);
  }

  /** What the run is told. */
  protected final WorkloadOptions options() {
    return options;
  }

  /** A session of that name at a node. */
  protected final Session session(String name, MeshClient client) {
    return new Session(name, client, takedown);
  }

  @Override
  public void start(MeshClient client) {
    for (int i = 0; i < options.sessionsPerNode(); i++) {
      begin(session(client.node() + "/" + i, client));
    }
  }

  /** Has the session make its calls from now on. */
  protected final void begin(Session session) {
    MeshClient client = session.client();
    client.after(
        pause(client),
        () -> {
          if (client.isOpen()) {
            if (client.isUp()) {
              step(session, () -> begin(session));
            } else {
              begin(session);
            }
          }
        });
  }

  private Duration pause(MeshClient client) {
    return Duration.ofNanos(client.random().nextLong(2 * options.pause().toNanos()) + 1);
  }

  /**
   * Makes the session's next call.
   *
   * @param ended to be run once, when it has ended, however
   */
  protected abstract void step(Session session, Runnable ended);

  @Override
  public void finish(MeshClient client) {
    look(session(client.node() + "/final", client));
  }

  /** The final reads at a node. */
  protected void look(Session session) {}
}
