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
 * frontier. Thread-safe; reading takes no lock.
 */
final class SpaceRoot {
  private record Waiter(VersionVector frontier, CompletableFuture<SpaceState> reached) {}

  private final List<Waiter> waiters = new ArrayList<>();

  /** Null once the space is not held here any more. */
  private volatile @Nullable SpaceState state = SpaceState.EMPTY;

  private @Nullable RuntimeException closed;

  /**
   * The newest durable state.
   *
   * @throws HearsayException {@link ErrorCode#SPACE_NOT_HELD} after {@link #forget}
   */
  SpaceState state() {
    SpaceState current = state;
    if (current == null) {
      throw new HearsayException(
          ErrorCode.SPACE_NOT_HELD,
          "the space has moved to other nodes and is not held here any more; open it again to reach"
              + " it there");
    }
    return current;
  }

  /** The space is not held here any more: nobody can read it, and it takes no memory. */
  void forget() {
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

  /** Completes when the state covers the frontier; cancel it to stop waiting. */
  CompletableFuture<SpaceState> await(VersionVector frontier) {
    synchronized (waiters) {
      SpaceState current = state();
      if (current.frontier().covers(frontier)) {
        return CompletableFuture.completedFuture(current);
      }
      if (closed != null) {
        return CompletableFuture.failedFuture(closed);
      }
      Waiter waiter = new Waiter(frontier, new CompletableFuture<>());
      waiters.add(waiter);
      return waiter.reached();
    }
  }

  void stopWaiting(CompletableFuture<SpaceState> future) {
    synchronized (waiters) {
      waiters.removeIf(waiter -> waiter.reached() == future);
    }
  }

  /** Ends all waiting, because the node closes. */
  void close(RuntimeException why) {
    List<Waiter> left;
    synchronized (waiters) {
      closed = why;
      left = List.copyOf(waiters);
      waiters.clear();
    }
    left.forEach(waiter -> waiter.reached().completeExceptionally(why));
  }
}
