package dev.hearsay.sim.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what node processes answer. */
public final class Answers {

  private Answers() {}

  /**
   * The answer.
   *
   * @param seconds at most; more than the node itself was given
   */
  public static <T> T get(CompletableFuture<T> future, long seconds) throws BenchFailedException {
    try {
      return future.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchFailedException("a node did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }

  /** All answers, in the order of the questions. */
  public static <T> List<T> all(List<CompletableFuture<T>> futures, long seconds)
      throws BenchFailedException {
    List<T> results = new ArrayList<>();
    for (CompletableFuture<T> future : futures) {
      results.add(get(future, seconds));
    }
    return results;
  }

  /** Lets time pass. */
  public static void sleepUntil(long nanoTime) throws BenchFailedException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }
}
