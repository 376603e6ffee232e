package dev.hearsay.sim.replay;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings all answers of all nodes onto the driver's one thread, so that nothing behind it needs a
 * lock. A step that throws ends the run.
 */
final class DriverLoop {

  /** Something to do on the driver's thread. */
  @FunctionalInterface
  interface Step {
    void run() throws ReplayFailedException;
  }

  /** What became of a request: an answer, or a failure. */
  @FunctionalInterface
  interface Outcome<T> {
    void accept(@Nullable T answer, @Nullable Throwable failure) throws ReplayFailedException;
  }

  private final LinkedBlockingQueue<Step> steps = new LinkedBlockingQueue<>();

  /** Queues a step; from any thread. */
  void post(Step step) {
    steps.add(step);
  }

  /** Handles a request's outcome on the driver's thread. */
  <T> void on(CompletableFuture<T> request, Outcome<T> outcome) {
    var unused =
        request.whenComplete(
            (answer, failure) -> post(() -> outcome.accept(answer, withoutWrapping(failure))));
  }

  /** Runs what is queued, waiting up to {@code waitMillis} for the first step. */
  void runQueued(long waitMillis) throws ReplayFailedException {
    try {
      Step step = steps.poll(waitMillis, TimeUnit.MILLISECONDS);
      while (step != null) {
        step.run();
        step = steps.poll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayFailedException("interrupted", e);
    }
  }

  private static @Nullable Throwable withoutWrapping(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
