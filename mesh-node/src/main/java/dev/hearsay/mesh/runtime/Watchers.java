package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches of a space. Each is called in order and never concurrently with itself, on a thread
 * of the given executor. A watch that is too slow gets changes merged, never lost. Thread-safe.
 */
final class Watchers {
  /** Changes that may wait for one watcher before they are merged. */
  static final int WAITING_MAX = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final Executor executor;
  private final List<Queue> queues = new CopyOnWriteArrayList<>();

  Watchers(Executor executor) {
    this.executor = executor;
  }

  /** The watches there are at one moment. */
  static final class Audience {
    private final List<Queue> queues;

    private Audience(List<Queue> queues) {
      this.queues = queues;
    }

    boolean isEmpty() {
      return queues.isEmpty();
    }

    void tell(SpaceChange change) {
      queues.forEach(queue -> queue.add(change));
    }
  }

  boolean isEmpty() {
    return queues.isEmpty();
  }

  Audience audience() {
    return new Audience(List.copyOf(queues));
  }

  Watch add(Consumer<SpaceChange> watcher) {
    Queue queue = new Queue(watcher);
    queues.add(queue);
    return () -> {
      queues.remove(queue);
      queue.close();
    };
  }

  private final class Queue implements Runnable {
    private final Consumer<SpaceChange> watcher;
    private final Deque<SpaceChange> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean closed;
    private @Nullable Thread caller;

    Queue(Consumer<SpaceChange> watcher) {
      this.watcher = watcher;
    }

    synchronized void add(SpaceChange change) {
      if (closed) {
        return;
      }
      if (waiting.size() < WAITING_MAX) {
        waiting.addLast(change);
      } else {
        waiting.addLast(merged(waiting.removeLast(), change));
      }
      if (!running) {
        running = true;
        executor.execute(this);
      }
    }

    @Override
    public void run() {
      while (true) {
        SpaceChange change;
        synchronized (this) {
          change = waiting.pollFirst();
          if (change == null || closed) {
            running = false;
            caller = null;
            notifyAll();
            return;
          }
          caller = Thread.currentThread();
        }
        try {
          watcher.accept(change);
        } catch (Throwable e) {
          // Errors too: a failed assertion must neither end the watch nor leave close() waiting.
          LOG.error("a watcher of space '{}' failed and goes on", change.space(), e);
        }
      }
    }

    /** Waits for a call under way, unless the watcher closes its own watch. */
    synchronized void close() {
      closed = true;
      waiting.clear();
      boolean interrupted = false;
      while (caller != null && caller != Thread.currentThread()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SpaceChange merged(SpaceChange earlier, SpaceChange later) {
    TreeSet<String> fields = new TreeSet<>(earlier.fields());
    fields.addAll(later.fields());
    TreeSet<String> contested = new TreeSet<>(earlier.contested());
    contested.addAll(later.contested());
    return new SpaceChange(
        later.space(),
        earlier.author().equals(later.author()) ? later.author() : "",
        later.time(),
        earlier.local() && later.local(),
        List.copyOf(fields),
        List.copyOf(contested),
        later.snapshot());
  }
}
