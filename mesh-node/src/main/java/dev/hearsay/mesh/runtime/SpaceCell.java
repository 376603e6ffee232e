package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A space held by this node: its root for readers, its actor for writers. Thread-safe. */
final class SpaceCell {
  /** Writes that may wait for the journal before more are refused. */
  static final int PENDING_MAX = 100_000;

  private final String name;
  private final SpaceRoot root = new SpaceRoot();
  private final Watchers watchers;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Set<SpaceCommand.Update> pending = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ActorRef<SpaceCommand> actor;
  private volatile boolean closed;
  private volatile @Nullable HearsayException leaving;
  private volatile boolean purging;

  SpaceCell(String name, Executor watcherThreads) {
    this.name = name;
    this.watchers = new Watchers(watcherThreads);
  }

  String name() {
    return name;
  }

  SpaceRoot root() {
    return root;
  }

  /**
   * Watches from the state of now on: whoever saw a change in the state before this call is not
   * told of it again, and nothing after that state is missed.
   */
  Watch watch(Consumer<SpaceChange> watcher) {
    return root.betweenPublications(() -> watchers.add(watcher));
  }

  /** Publishes a state; the audience is who has to be told of its changes. */
  Watchers.Audience publish(SpaceState state) {
    return root.publish(state, watchers::audience);
  }

  /** Completes when the space is recovered, exceptionally if it cannot be. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes when the actor has stopped. */
  CompletableFuture<Void> stopped() {
    return stopped;
  }

  void actor(ActorRef<SpaceCommand> started) {
    actor = started;
  }

  /** This node may not hold the space any more: no more is written. */
  void leave(HearsayException why) {
    leaving = why;
  }

  /** It may again. */
  void stay() {
    leaving = null;
  }

  boolean isLeaving() {
    return leaving != null;
  }

  /** What is here is to be removed as soon as the actor has stopped; false if it may stay. */
  boolean purge() {
    purging = leaving != null;
    return purging;
  }

  boolean isPurging() {
    return purging;
  }

  /** Hands a write to the actor. Its future ends in any case, at the latest with the node. */
  void update(SpaceCommand.Update update) {
    HearsayException left = leaving;
    if (left != null) {
      throw new HearsayException(left.code(), String.valueOf(left.getMessage()), left);
    }
    if (pending.size() >= PENDING_MAX) {
      throw new HearsayException(
          ErrorCode.OVERLOADED,
          PENDING_MAX
              + " writes to space '"
              + name
              + "' wait for the journal; nothing was written");
    }
    pending.add(update);
    var unused = update.done().whenComplete((frontier, failure) -> pending.remove(update));
    tell(update);
    if (closed) {
      endPending();
    }
  }

  void tell(SpaceCommand command) {
    ActorRef<SpaceCommand> started = actor;
    if (started == null) {
      throw new IllegalStateException(
          "space '" + name + "' is told something before it is started");
    }
    started.tell(command);
  }

  /** The actor is gone: what it did not answer will never be answered. */
  void close() {
    closed = true;
    endPending();
    HearsayException left = leaving;
    root.close(
        purging && left != null
            ? left
            : new HearsayException(
                ErrorCode.NODE_CLOSED, "the node closed while waiting for a frontier"));
  }

  private void endPending() {
    for (SpaceCommand.Update write : pending) {
      write
          .done()
          .completeExceptionally(
              new HearsayException(
                  ErrorCode.WRITE_UNCONFIRMED,
                  "the node closed before the journal confirmed the change; it may be there after a"
                      + " restart"));
    }
  }
}
