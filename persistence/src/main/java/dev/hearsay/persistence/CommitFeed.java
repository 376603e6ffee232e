package dev.hearsay.persistence;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What of the store is acknowledged, and who waits for more of it. The writer tells; queries ask:
 * what a store shows may be on its way to the disk still, or may have failed to get there.
 * Thread-safe.
 *
 * <p>A subscription that has been woken and has not looked yet is not woken again, so that what
 * waits is bounded by the number of subscriptions, whatever is written.
 */
final class CommitFeed {
  private final Map<Topic, Set<Subscription>> subscriptions = new HashMap<>();
  private volatile int subscribed;

  private volatile long ordinal;
  private volatile Map<String, Long> unacknowledged = Map.of();
  private volatile @Nullable RuntimeException end;

  /** With all ordinals up to this one acknowledged. */
  CommitFeed(long ordinal) {
    this.ordinal = ordinal;
  }

  // Queries

  /** Everything with an ordinal up to this one is acknowledged, and in cursors opened from now. */
  long ordinal() {
    return ordinal;
  }

  /**
   * The last event of the entity that may be shown, of a cursor that was opened before the call.
   */
  long lastShown(String persistenceId) {
    Long first = unacknowledged.get(persistenceId);
    return first == null ? Long.MAX_VALUE : first - 1;
  }

  /** Why nothing will ever be added, or null if something may. */
  @Nullable RuntimeException end() {
    return end;
  }

  /** Runs {@code wake}, which must not block, after a commit on the topic and at the end. */
  Subscription subscribe(Topic topic, Runnable wake) {
    Subscription subscription = new Subscription(topic, wake);
    synchronized (subscriptions) {
      subscriptions.computeIfAbsent(topic, t -> new LinkedHashSet<>()).add(subscription);
      subscribed++;
    }
    if (end != null) {
      subscription.wake();
    }
    return subscription;
  }

  /** How many subscriptions there are. */
  int subscribed() {
    return subscribed;
  }

  // The writer

  /** A batch is about to be written: its events are in the store from some moment on. */
  void writing(StagedBatch batch) {
    unacknowledged = batch.firstEvents();
  }

  /** The batch was refused after all, and nothing of it is in the store. */
  void notWritten() {
    unacknowledged = Map.of();
  }

  /** The batch is about to be acknowledged. */
  void committed(StagedBatch batch) {
    ordinal = batch.ordinal();
    unacknowledged = Map.of();
    // Not before: who subscribes from here on sees what was just committed.
    if (subscribed > 0) {
      wake(batch);
    }
  }

  /** Nothing will be added; what was being written stays unacknowledged for good. */
  void end(RuntimeException reason) {
    synchronized (subscriptions) {
      if (end == null) {
        end = reason;
        subscriptions.values().forEach(all -> all.forEach(Subscription::wake));
      }
    }
  }

  private void wake(StagedBatch batch) {
    synchronized (subscriptions) {
      batch.firstEvents().keySet().forEach(id -> wake(new Topic.Entity(id)));
      batch.tags().forEach(tag -> wake(new Topic.Tag(tag)));
      if (batch.hasNewEntities()) {
        wake(new Topic.NewEntities());
      }
    }
  }

  private void wake(Topic topic) {
    subscriptions.getOrDefault(topic, Set.of()).forEach(Subscription::wake);
  }

  /** A live query's wait for a topic. */
  final class Subscription implements AutoCloseable {
    private final Topic topic;
    private final Runnable wake;
    private final AtomicBoolean woken = new AtomicBoolean();

    private Subscription(Topic topic, Runnable wake) {
      this.topic = topic;
      this.wake = wake;
    }

    /** To be called before looking: what is committed from here on wakes again. */
    void rearm() {
      woken.set(false);
    }

    /** True if something was committed since {@link #rearm}. */
    boolean isWoken() {
      return woken.get();
    }

    /** Ends it; a second call does nothing. */
    @Override
    public void close() {
      synchronized (subscriptions) {
        Set<Subscription> all = subscriptions.get(topic);
        if (all != null && all.remove(this)) {
          subscribed--;
          if (all.isEmpty()) {
            subscriptions.remove(topic);
          }
        }
      }
    }

    private void wake() {
      if (woken.compareAndSet(false, true)) {
        wake.run();
      }
    }
  }
}
