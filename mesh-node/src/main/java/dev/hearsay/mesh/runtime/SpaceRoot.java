package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable state of a space, for readers on any thread, and those who wait for a
 * frontier. Thread-safe; reading takes no lock, and waits only where the space is not in memory.
 */
final class SpaceRoot {
  private record Waiter(VersionVector frontier, CompletableFuture<SpaceState> reached) {}

  private final List<Waiter> waiters = new ArrayList<>(0);
  private final Supplier<SpaceState> load;
  private final Supplier<CompletableFuture<Void>> begin;
  private volatile @Nullable SpaceState state;
  private volatile boolean forgotten;
  private @Nullable RuntimeException closed;

  /** Written by readers only where it is not set, so that they do not disturb each other. */
  private volatile boolean used;

  /**
   * Of a space that is not in memory.
   *
   * @param load brings it there and waits for it
   * @param begin brings it there; completes when it is
   */
  SpaceRoot(Supplier<SpaceState> load, Supplier<CompletableFuture<Void>> begin) {
    this.load = load;
    this.begin = begin;
  }

  /**
   * The newest durable state; of a space that is not in memory, when it is.
   *
   * @throws HearsayException {@link ErrorCode#SPACE_NOT_HELD} after {@link #forget}
   */
  SpaceState state() {
    if (!used) {
      used = true;
    }
    SpaceState now = state;
    if (now != null) {
      return now;
    }
    if (forgotten) {
      throw notHeld();
    }
    return load.get();
  }

  private static HearsayException notHeld() {
    return new HearsayException(
        ErrorCode.SPACE_NOT_HELD,
        "the space has moved to other nodes and is not held here any more; open it again to reach"
            + " it there");
  }

  /** The space is not held here any more: nobody can read it, and it takes no memory. */
  void forget() {
    synchronized (waiters) {
      forgotten = true;
      state = null;
    }
  }

  /** The state if the space is in memory, which does not count as use. */
  @Nullable SpaceState peek() {
    return state;
  }

  /** Counts as use. */
  void touch() {
    used = true;
  }

  /** Whether it was used since the last call. */
  boolean takeUsed() {
    boolean was = used;
    if (was) {
      used = false;
    }
    return was;
  }

  /** Whether it was used since {@link #takeUsed}. */
  boolean isUsed() {
    return used;
  }

  /** Whether somebody waits for a frontier. */
  boolean isAwaited() {
    synchronized (waiters) {
      return !waiters.isEmpty();
    }
  }

  /** The space leaves the memory. */
  void clear() {
    synchronized (waiters) {
      state = null;
    }
  }

  /**
   * Makes {@code next} the state.
   *
   * @param with runs in the same instant: what it reads is as it was when the state changed
   */
  <T> T publish(SpaceState next, Supplier<T> with) {
    List<Waiter> reached = new ArrayList<>();
    T read;
    synchronized (waiters) {
      state = next;
      read = with.get();
      Iterator<Waiter> each = waiters.iterator();
      while (each.hasNext()) {
        Waiter waiter = each.next();
        if (next.frontier().covers(waiter.frontier())) {
          each.remove();
          reached.add(waiter);
        }
      }
    }
    reached.forEach(waiter -> waiter.reached().complete(next));
    return read;
  }

  /** Runs something between two publications, not during one. */
  <T> T betweenPublications(Supplier<T> action) {
    synchronized (waiters) {
      return action.get();
    }
  }

  /**
   * Completes when the state covers the frontier; cancel it to stop waiting. Does not block: a
   * space that is not in memory comes there meanwhile.
   *
   * @throws HearsayException as {@link #state}
   */
  CompletableFuture<SpaceState> await(VersionVector frontier) {
    touch();
    Waiter waiter = new Waiter(frontier, new CompletableFuture<>());
    synchronized (waiters) {
      SpaceState now = state;
      if (now != null && now.frontier().covers(frontier)) {
        return CompletableFuture.completedFuture(now);
      }
      if (forgotten) {
        throw notHeld();
      }
      if (closed != null) {
        return CompletableFuture.failedFuture(closed);
      }
      waiters.add(waiter);
      if (now != null) {
        return waiter.reached();
      }
    }
    var unused =
        begin
            .get()
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    stopWaiting(waiter.reached());
                    waiter.reached().completeExceptionally(failure);
                  }
                });
    return waiter.reached();
  }

  void stopWaiting(CompletableFuture<SpaceState> future) {
    synchronized (waiters) {
      waiters.removeIf(waiter -> waiter.reached() == future);
    }
  }

  /** Ends all waiting for good. */
  void close(RuntimeException why) {
    synchronized (waiters) {
      closed = why;
    }
    fail(why);
  }

  /** Ends all waiting. */
  void fail(RuntimeException why) {
    List<Waiter> left;
    synchronized (waiters) {
      left = List.copyOf(waiters);
      waiters.clear();
    }
    left.forEach(waiter -> waiter.reached().completeExceptionally(why));
  }
}
