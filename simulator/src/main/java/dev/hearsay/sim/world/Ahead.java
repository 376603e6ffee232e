package dev.hearsay.sim.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Runs on several threads, each world in one of them, handed over in the order in which they were
 * begun: what comes of each, and the order, is as if they had been made one after the other. For
 * one thread. Runs that nobody takes any more end soon after {@link #close}.
 */
final class Ahead implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  /** One run. */
  interface Run {
    /** Makes it, and tells of the virtual time meanwhile. */
    RunResult make(LongConsumer progress);
  }

  private record Begun(Future<RunResult> result, AtomicLong nanos) {}

  private static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final int threads;
  private final ExecutorService executor;
  private final Deque<Begun> begun = new ArrayDeque<>();
  private volatile boolean abandoned;

  Ahead(int threads) {
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            run -> {
              Thread thread = new Thread(run, "hearsay-sim-run");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Whether another one should be begun, so that no thread is without work. */
  boolean hasRoom() {
    return begun.size() < threads + 1;
  }

  boolean isEmpty() {
    return begun.isEmpty();
  }

  void begin(Run run) {
    AtomicLong reached = new AtomicLong();
    begun.add(
        new Begun(
            executor.submit(
                () ->
                    run.make(
                        nanos -> {
                          reached.set(nanos);
                          if (abandoned) {
                            throw new AbandonedException();
                          }
                        })),
            reached));
  }

  /**
   * Waits for the first of those that are begun.
   *
   * @param progress told now and then of the virtual time of all that are begun together
   */
  RunResult next(LongConsumer progress) {
    Begun first = begun.getFirst();
    while (true) {
      try {
        RunResult result = first.result().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        begun.removeFirst();
        return result;
      } catch (TimeoutException notYet) {
        progress.accept(begun.stream().mapToLong(each -> each.nanos().get()).sum());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while runs are made", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a run ended with what is no finding", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    abandoned = true;
    executor.shutdownNow();
  }
}
