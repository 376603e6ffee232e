package dev.hearsay.sim.live;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a live run: what clients do and are told, and what checkers see, happens there,
 * one after the other. The first task that throws is remembered; the others go on. Thread-safe.
 */
final class Loop implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable Throwable failure;

  Loop() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "live-run");
              thread.setDaemon(true);
              return thread;
            },
            // What comes after the end concerns nobody.
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Real time since the loop was made. */
  long nanos() {
    return System.nanoTime() - startedNanos;
  }

  /** Runs the task, after those that were handed in before. */
  void run(Runnable task) {
    after(0, task);
  }

  /** Runs the task so much later. */
  void after(long delayNanos, Runnable task) {
    var unused =
        executor.schedule(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | AssertionError e) {
                failed(e);
              }
            },
            delayNanos,
            TimeUnit.NANOSECONDS);
  }

  /** Runs the task and waits for what it returns; for other threads than the loop's. */
  <T> T call(Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    run(
        () -> {
          try {
            result.complete(task.get());
          } catch (RuntimeException | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result.join();
  }

  /** Notes that something threw. */
  void failed(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  /** What the first task that threw has thrown. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
