package dev.hearsay.persistence;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forces to the disk what was written without fsync: at most once an interval, soon after the last
 * write, and on close. After a force that failed there is no other: that it succeeds would prove
 * nothing about the first. Thread-safe.
 */
final class BackgroundSync implements AutoCloseable {
  private final LogStore store;
  private final Durability durability;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean dirty;
  private boolean closed;
  private volatile @Nullable Throwable failure;

  /**
   * Starts its thread.
   *
   * @param onFailure is told of the force that failed, in that thread
   */
  BackgroundSync(LogStore store, Durability durability, Consumer<Throwable> onFailure) {
    this.store = store;
    this.durability = durability;
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, "hearsay-journal-sync");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * To be called after each write.
   *
   * @throws IOException if an earlier force failed: then this write must not be acknowledged
   */
  void written() throws IOException {
    Throwable earlier = failure;
    if (earlier != null) {
      throw new IOException("the fsync of earlier writes failed", earlier);
    }
    lock.lock();
    try {
      if (!dirty) {
        dirty = true;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forces what is left, and ends the thread. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
  }

  private void run() {
    long notBefore = System.nanoTime();
    while (awaitWork(notBefore)) {
      notBefore = System.nanoTime() + durability.syncInterval().toNanos();
      try {
        store.force();
      } catch (Throwable e) { // whatever it is, what the disk holds is unknown now
        failure = e;
        onFailure.accept(e);
        return;
      }
    }
  }

  /** Waits until a force is due; false at the end. What is written from here on needs another. */
  private boolean awaitWork(long notBefore) {
    lock.lock();
    try {
      long nanos = notBefore - System.nanoTime();
      while (!closed && !(isDue() && nanos <= 0)) {
        if (isDue()) {
          nanos = changed.awaitNanos(nanos);
        } else {
          changed.await();
          nanos = notBefore - System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      closed = true; // nobody but an ending JVM interrupts this thread
    } finally {
      lock.unlock();
    }
    return takeWork();
  }

  private boolean isDue() {
    return dirty && durability.mode() == Durability.Mode.INTERVAL;
  }

  private boolean takeWork() {
    lock.lock();
    try {
      boolean work = dirty;
      dirty = false;
      return work;
    } finally {
      lock.unlock();
    }
  }
}
