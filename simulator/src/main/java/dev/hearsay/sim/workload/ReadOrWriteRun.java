package dev.hearsay.sim.workload;

import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/** A run in which each call is a read, or writes a value of its own, as chance has it. */
abstract class ReadOrWriteRun extends PacedRun {
  private final int reads;
  private final int choices;
  private long written;

  /** So many of so many choices are reads. */
  ReadOrWriteRun(WorkloadOptions options, History history, int reads, int choices) {
    super(options, history);
    this.reads = reads;
    this.choices = choices;
  }

  @Override
  protected final void step(Session session, Runnable ended) {
    RandomGenerator random = session.client().random();
    int choice = random.nextInt(choices);
    if (choice < reads) {
      read(session, choice, ended);
    } else {
      write(session, choice - reads, session.name() + "#" + written++, ended);
    }
  }

  /**
   * Reads.
   *
   * @param choice from 0
   */
  abstract void read(Session session, int choice, Runnable ended);

  /**
   * Writes.
   *
   * @param choice from 0
   * @param value that nobody else writes
   */
  abstract void write(Session session, int choice, String value, Runnable ended);
}
