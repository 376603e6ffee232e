package dev.hearsay.sim.experiment.failures;

import dev.hearsay.sim.experiment.ExperimentFailedException;
import java.util.List;

/** Agents that act at the same time. */
final class Threads {
  private Threads() {}

  static void join(List<Thread> threads) throws ExperimentFailedException {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ExperimentFailedException("interrupted", e);
      }
    }
  }
}
