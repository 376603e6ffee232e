package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** Changes that are taken out of the queue at once: each time costs two threads a lock. */
  private static final int BATCH_MAX = 256;

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
      tell(List.of(change));
    }

    /** In order; what waits for each watcher is bounded. */
    void tell(List<SpaceChange> changes) {
      queues.forEach(queue -> queue.add(changes));
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

    /** What comes behind those, all in one. */
    private @Nullable Merged merged;

    /** Taken out and not yet told. */
    private int taken;

    private boolean running;
    private volatile boolean closed;
    private @Nullable Thread caller;

    Queue(Consumer<SpaceChange> watcher) {
      this.watcher = watcher;
    }

    synchronized void add(List<SpaceChange> changes) {
      if (closed) {
        return;
      }
      changes.forEach(this::add);
      if (!running) {
        running = true;
        executor.execute(this);
      }
    }

    private void add(SpaceChange change) {
      int room = WAITING_MAX - taken - waiting.size();
      if (merged != null && room > 1) {
        waiting.addLast(merged.change());
        merged = null;
        room--;
      }
      if (merged != null) {
        merged.add(change);
      } else if (room > 0) {
        waiting.addLast(change);
      } else {
        SpaceChange last = waiting.pollLast();
        merged = new Merged(last == null ? change : last);
        if (last != null) {
          merged.add(change);
        }
      }
    }

    @Override
    public void run() {
      List<SpaceChange> batch = new ArrayList<>(BATCH_MAX);
      while (take(batch)) {
        for (SpaceChange change : batch) {
          if (closed) {
            break;
          }
          tell(change);
        }
        batch.clear();
      }
    }

    /** Takes what waits, as far as it goes into a batch; false if nothing is left to do. */
    private synchronized boolean take(List<SpaceChange> batch) {
      while (batch.size() < BATCH_MAX && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      if (batch.isEmpty() && merged != null) {
        batch.add(merged.change());
        merged = null;
      }
      if (batch.isEmpty() || closed) {
        running = false;
        taken = 0;
        caller = null;
        notifyAll();
        return false;
      }
      taken = batch.size() - 1;
      caller = Thread.currentThread();
      return true;
    }

    private void tell(SpaceChange change) {
      try {
        watcher.accept(change);
      } catch (Throwable e) {
        // Errors too: a failed assertion must neither end the watch nor leave close() waiting.
        LOG.error("a watcher of space '{}' failed and goes on", change.space(), e);
      }
    }

    /** Waits for a call under way, unless the watcher closes its own watch. */
    synchronized void close() {
      closed = true;
      waiting.clear();
      merged = null;
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

  /** Changes in one, in the order they came. */
  private static final class Merged {
    private final TreeSet<String> fields = new TreeSet<>();
    private final TreeSet<String> contested = new TreeSet<>();
    private String author;
    private boolean local = true;
    private SpaceChange last;

    Merged(SpaceChange first) {
      author = first.author();
      last = first;
      add(first);
    }

    void add(SpaceChange change) {
      fields.addAll(change.fields());
      contested.addAll(change.contested());
      author = author.equals(change.author()) ? author : "";
      local &= change.local();
      last = change;
    }

    SpaceChange change() {
      return new SpaceChange(
          last.space(),
          author,
          last.time(),
          local,
          List.copyOf(fields),
          List.copyOf(contested),
          last.snapshot());
    }
  }
}
