package dev.hearsay.sim.experiment.failures;

import dev.hearsay.sim.experiment.ExperimentFailedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Agents that act at the same time. */
final class Threads {
  private Threads() {}

  /** Enough for what takes seconds: whoever has not ended by then will not. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Starts them; they do not keep the program from its end. */
  static void start(List<Thread> threads) {
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Waits until all have ended, for so long; those that have not are interrupted and left alone.
   *
   * @return how many have not ended
   */
  static int join(List<Thread> threads, Duration patience) throws ExperimentFailedException {
    long until = System.nanoTime() + patience.toNanos();
    int stuck = 0;
    for (Thread thread : threads) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, until - System.nanoTime()));
      } catch (InterruptedException e) {
        threads.forEach(Thread::interrupt);
        Thread.currentThread().interrupt();
        throw new ExperimentFailedException("interrupted", e);
      }
      if (thread.isAlive()) {
        thread.interrupt();
        stuck++;
      }
    }
    return stuck;
  }
}
