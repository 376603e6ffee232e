package dev.hearsay.mesh.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what ends when a node is closed. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
  private static final long SECONDS_MAX = 10;

  private Closing() {}

  /**
   * Waits up to 10 seconds, through interrupts: whoever closes a node counts on it being closed.
   *
   * @param warning logged if it takes longer
   */
  static void await(CompletableFuture<?> end, String warning) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    boolean interrupted = false;
    while (true) {
      try {
        end.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn(warning, e);
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
