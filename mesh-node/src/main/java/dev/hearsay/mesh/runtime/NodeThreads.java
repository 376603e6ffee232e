package dev.hearsay.mesh.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/** The threads of a node outside of its actors; all are daemons. Thread-safe. */
final class NodeThreads implements AutoCloseable {
  private static final int CALLBACKS_MAX = 4;

  private final ExecutorService blocking;
  private final ForkJoinPool callbacks;

  NodeThreads(String node) {
    this.blocking =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "hearsay-" + node);
              thread.setDaemon(true);
              return thread;
            });
    this.callbacks =
        new ForkJoinPool(
            CALLBACKS_MAX,
            pool -> {
              ForkJoinWorkerThread thread =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
              thread.setName("hearsay-" + node + "-callback-" + thread.getPoolIndex());
              return thread;
            },
            /* handler= */ null,
            /* asyncMode= */ true);
  }

  /** For watchers and for work that takes long: as many threads as there is work. */
  Executor blocking() {
    return blocking;
  }

  /**
   * For the callbacks of stages, of which ten thousand may be due at once: few threads, to which
   * the pool adds others while a callback waits for another stage or write.
   */
  Executor callbacks() {
    return callbacks;
  }

  /** Lets what was handed over finish, and takes no more. */
  @Override
  public void close() {
    blocking.shutdown();
    callbacks.shutdown();
  }
}
