package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A space held by this node: its root for readers, its actor for writers. Both are there only while
 * the space is in memory, which it comes into on use; what pinned is where it stood. Thread-safe.
 */
final class SpaceCell {
  /** Writes that may wait for the journal before more are refused. */
  static final int PENDING_MAX = 100_000;

  private final String name;
  private final SpaceRoot root = new SpaceRoot(this::loadAndWait, this::load);
  private final Watchers watchers;
  private final Residence residence;
  private final Residents residents;
  private final Set<SpaceCommand.Update> pending = ConcurrentHashMap.newKeySet(1);
  private volatile CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<Void> stopped;
  private volatile SpaceEvent.@Nullable Rested rested;
  private volatile boolean restJournaled;
  private volatile @Nullable Consumer<Publication> observer;
  private final Consumer<SpaceCell> ended;
  private volatile @Nullable HearsayException leaving;
  private volatile long tailBytes;
  private volatile boolean wasHere;
  private volatile boolean pinned;
  private volatile boolean purging;
  private volatile boolean going;
  private volatile boolean closed;

  /**
   * Away.
   *
   * @param residents who says when it is to leave
   * @param load starts an actor for it, and returns how that is told something
   * @param ended told when its actor has stopped without being asked to, and stays away for good
   */
  SpaceCell(
      String name,
      Executor watcherThreads,
      Residents residents,
      Function<SpaceCell, Consumer<SpaceCommand>> load,
      Consumer<SpaceCell> ended) {
    this.name = name;
    this.residents = residents;
    this.ended = ended;
    this.watchers = new Watchers(watcherThreads);
    this.residence =
        new Residence(
            () -> {
              wasHere = true;
              residents.entered(this);
              return load.apply(this);
            });
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
    if (root.peek() == null) {
      residents.loaded(this, state);
    }
    return root.publish(state, watchers::audience);
  }

  /** As {@link #publish(SpaceState)}, of a space whose tail has so many bytes now. */
  Watchers.Audience publish(Publication publication, long newTailBytes) {
    tailBytes = newTailBytes;
    residents.grew(publication.steps().stream().mapToLong(step -> step.part().sizeBytes()).sum());
    Watchers.Audience audience = publish(publication.state());
    Consumer<Publication> told = observer;
    if (told != null) {
      told.accept(publication);
    }
    return audience;
  }

  /** Of the changes held one by one, when something was last published. */
  long tailBytes() {
    return tailBytes;
  }

  /** Completes when the space is in memory, exceptionally if it cannot be. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Brings the space into memory; completes when it is there. */
  CompletableFuture<Void> load() {
    synchronized (residence) {
      root.touch();
      return residence.want() ? ready : CompletableFuture.failedFuture(whyClosed());
    }
  }

  private SpaceState loadAndWait() {
    while (true) {
      try {
        load().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof HearsayException cause) {
          // With a stack trace that shows who read.
          throw new HearsayException(cause.code(), String.valueOf(cause.getMessage()), cause);
        }
        throw e;
      }
      SpaceState now = root.peek();
      if (now != null) {
        return now;
      }
      // It has left again meanwhile.
    }
  }

  /** The space cannot be recovered. */
  void broken(HearsayException why) {
    ready.completeExceptionally(why);
    root.fail(why);
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

  /** Tells the actor, for which the space comes into memory. */
  void tell(SpaceCommand command) {
    root.touch();
    residence.tell(command);
  }

  /** Tells the actor, if the space is in memory; that does not count as a use. */
  void tellIfHere(SpaceCommand command) {
    residence.tellIfHere(command);
  }

  /** Peers are known no more; a space that is not in memory knows nothing of them. */
  void forget(List<HostPort> peers) {
    residence.tellIfLoaded(new SpaceCommand.PeersForgotten(peers));
  }

  /** Tells the actor what a peer says of branches. */
  void hear(Effect.ForkHeard heard) {
    SpaceCommand command = new SpaceCommand.ForkHeard(heard);
    if (heard.talk() instanceof ForkTalk.Silent) {
      tellIfHere(command); // nothing waits in a space that is not in memory
    } else {
      tell(command);
    }
  }

  // Leaving the node

  /** This node may not hold the space any more: no more is written. */
  void leave(HearsayException why) {
    synchronized (residence) {
      leaving = why;
    }
  }

  /** It may again; false if it is being removed, for which it is too late. */
  boolean stay() {
    synchronized (residence) {
      if (!purging) {
        leaving = null;
      }
      return !purging;
    }
  }

  boolean isLeaving() {
    return leaving != null;
  }

  /** What is here is to be removed as soon as the actor has stopped; false if it may stay. */
  boolean purge() {
    synchronized (residence) {
      purging = leaving != null;
      if (purging) {
        residence.endsItself();
      }
      return purging;
    }
  }

  /** As {@link #purge}, of a space that is not in memory, and of which nothing is on the disk. */
  boolean purgeIfNothing() {
    synchronized (residence) {
      SpaceEvent.Rested row = rested;
      if (row == null || !row.frontier().isEmpty() || !residence.isAway() || !purge()) {
        return false;
      }
      residence.end();
    }
    close();
    return true;
  }

  boolean isPurging() {
    return purging;
  }

  /** The gossip has asked for its removal, and has no answer yet; or has one. */
  void goes(boolean now) {
    going = now;
  }

  boolean isGoing() {
    return going;
  }

  // Leaving the memory

  /** It is never asked to leave. */
  void pin() {
    pinned = true;
  }

  boolean isPinned() {
    return pinned;
  }

  /** Whether somebody would miss it at once. */
  boolean isInUse() {
    return pinned || !pending.isEmpty() || root.isAwaited() || !watchers.isEmpty();
  }

  boolean isHere() {
    return residence.isHere();
  }

  boolean isAway() {
    return residence.isAway();
  }

  /** Asks it to leave the memory, unless it is in use. */
  boolean askToLeave() {
    if (isInUse()) {
      return false;
    }
    root.takeUsed();
    return residence.askToLeave();
  }

  /**
   * Asked by its actor when all is written.
   *
   * @param busy whether the actor has a reason of its own to stay
   */
  boolean mayLeave(boolean busy) {
    if (busy) {
      root.touch(); // not to be asked again at once
    }
    if (isInUse() || root.isUsed()) {
      var unused = residence.want();
    }
    return residence.mayLeave();
  }

  /** Where it stood when it was last known to leave the memory; null if that is not known. */
  SpaceEvent.@Nullable Rested rested() {
    return rested;
  }

  /** Whether that is the last event of its journal. */
  boolean isRestJournaled() {
    return restJournaled;
  }

  /** Where it stands, in memory or not; null if that is not known. */
  SpaceEvent.@Nullable Rested row() {
    SpaceState now = root.peek();
    return now == null ? rested : SpaceEvent.Rested.of(now);
  }

  /**
   * Takes over where it stands, as its journal says, unless it is or was in memory, which knows
   * better.
   *
   * @param then runs if it is taken over, and before the space can be loaded
   */
  void know(SpaceEvent.Rested row, Runnable then) {
    synchronized (residence) {
      if (!wasHere && rested == null && !closed) {
        rested = row;
        restJournaled = true;
        then.run();
      }
    }
  }

  /**
   * The actor is gone.
   *
   * @param row where the space stands; null if that is not known
   * @param journaled whether that is the last event of its journal
   */
  void gone(SpaceEvent.@Nullable Rested row, boolean journaled) {
    residents.left(this);
    boolean again =
        residence.left(
            () -> {
              rested = row;
              restJournaled = journaled;
              root.clear();
              tailBytes = 0;
              ready = new CompletableFuture<>();
            });
    if (!again) {
      // Nobody asked it to go: nobody may wait for an answer that will not come.
      close();
      ended.accept(this);
    }
    CompletableFuture<Void> end = stopped;
    if (end != null) {
      end.complete(null);
    }
  }

  /** Is told of all that is published, before the watchers and on the actor's thread. */
  void observe(Consumer<Publication> newObserver) {
    observer = newObserver;
  }

  /** Stops it in order and for good; completes when what was being written is. */
  CompletableFuture<Void> stop() {
    synchronized (residence) {
      CompletableFuture<Void> end = stopped;
      if (end == null) {
        end = new CompletableFuture<>();
        stopped = end;
        if (!residence.end()) {
          end.complete(null);
        }
      }
      return end;
    }
  }

  /** The actor is gone: what it did not answer will never be answered. */
  void close() {
    closed = true;
    endPending();
    ready.completeExceptionally(whyClosed());
    HearsayException left = leaving;
    root.close(
        purging && left != null
            ? left
            : new HearsayException(
                ErrorCode.NODE_CLOSED, "the node closed while waiting for a frontier"));
  }

  private HearsayException whyClosed() {
    HearsayException left = leaving;
    return purging && left != null
        ? left
        : new HearsayException(ErrorCode.NODE_CLOSED, "the node is closed");
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
