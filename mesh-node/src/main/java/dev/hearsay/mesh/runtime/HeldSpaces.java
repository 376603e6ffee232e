package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spaces that this node holds, as the catalogue places them: holds what it may, and lets go of
 * what it may not any more once another node has it. The gossip learns where a space may live
 * before it learns that the space is here. Thread-safe.
 */
final class HeldSpaces {
  private static final Logger LOG = LoggerFactory.getLogger(HeldSpaces.class);

  private final String node;
  private final Set<String> roles;
  private final ActorSystem data;
  private final NodeThreads threads;
  private final BooleanSupplier closed;
  private final Map<String, SpaceCell> cells;
  private final Map<String, VersionedPlacement> placements;

  /** Spaces that were held in this process before, and must not be written under the same name. */
  private final Set<String> heldBefore = ConcurrentHashMap.newKeySet();

  private @Nullable NodeContext context;

  /**
   * None yet.
   *
   * @param cells where to keep them
   * @param placements where to keep what is known of them
   */
  HeldSpaces(
      String node,
      Set<String> roles,
      ActorSystem data,
      NodeThreads threads,
      BooleanSupplier closed,
      Map<String, SpaceCell> cells,
      Map<String, VersionedPlacement> placements) {
    this.node = node;
    this.roles = roles;
    this.data = data;
    this.threads = threads;
    this.closed = closed;
    this.cells = cells;
    this.placements = placements;
  }

  void start(NodeContext shared) {
    context = shared;
  }

  private NodeContext context() {
    NodeContext shared = context;
    if (shared == null) {
      throw new IllegalStateException("not started");
    }
    return shared;
  }

  /** Whether nothing that people wrote is in the space here. */
  boolean isEmpty(String space) {
    SpaceCell cell = cells.get(space);
    return cell == null || cell.isPurging() || StateSnapshot.infos(cell.root().state()).isEmpty();
  }

  boolean mayHold(VersionedPlacement placement) {
    return placement.placement().allows(node, roles);
  }

  /** Where the space may live, or whoever may not open it says why. */
  HearsayException notHeld(String space, VersionedPlacement placement) {
    return new HearsayException(
        ErrorCode.SPACE_NOT_HELD,
        "space '"
            + space
            + "' lives "
            + placement.placement()
            + ", and this is node '"
            + node
            + "' with "
            + (roles.isEmpty() ? "no roles" : "roles " + String.join(", ", roles))
            + ": open it there, or set hearsay.space.remote-access = proxy on both sides");
  }

  /** Holds the space, which is Hearsay's own or may be here. */
  synchronized SpaceCell hold(String space) {
    SpaceCell held = cells.get(space);
    if (held != null && held.isPurging()) {
      throw new HearsayException(
          ErrorCode.SPACE_NOT_HELD,
          "space '" + space + "' is being removed from this node: open it again in a moment");
    }
    if (held == null) {
      requireOpen();
      held = new SpaceCell(space, threads.blocking());
      NodeContext shared = context();
      if (!heldBefore.add(space)) {
        // Dots of a replica that were purged here are with others: it must not mint them again.
        shared.incarnations().drawFor(space);
      }
      held.actor(Adapter.spawnAnonymous(data, SpaceActor.create(held, shared)));
      cells.put(space, held);
      whenStopped(held);
    }
    if (closed.getAsBoolean()) {
      // It may have come too late for the node to see it when it closes.
      held.tell(new SpaceCommand.Close());
    }
    return held;
  }

  private void requireOpen() {
    if (closed.getAsBoolean()) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "node " + node + " is closed");
    }
  }

  /**
   * The catalogue places the spaces so, durably.
   *
   * @param recovering whether spaces may be on the disk that are not to be here
   */
  void follow(Map<String, VersionedPlacement> now, boolean recovering) {
    now.forEach(
        (space, placement) -> {
          if (!closed.getAsBoolean()) {
            follow(space, placement, recovering);
          }
        });
  }

  /** As {@link #follow(Map, boolean)}, for one space. */
  synchronized void follow(String space, VersionedPlacement now, boolean recovering) {
    VersionedPlacement before = placements.get(space);
    VersionedPlacement placement = placements.merge(space, now, VersionedPlacement::join);
    if (!placement.equals(before)) {
      context().gossip().accept(new GossipInput.Placed(space, placement.placement()));
    }
    SpaceCell held = cells.get(space);
    if (mayHold(placement)) {
      if (held != null) {
        held.stay();
      }
      if (held == null || !held.isPurging()) {
        hold(space); // one that is being removed is held again as soon as it is gone
      }
    } else if (held != null || recovering) {
      // What is on the disk from before is here until somebody else has it.
      SpaceCell leaving = hold(space);
      if (!leaving.isLeaving()) {
        leaving.leave(notHeld(space, placement));
        if (held != null) {
          LOG.info(
              "space '{}' lives {} now: it is handed over, and then removed here",
              space,
              placement.placement());
        }
      }
    }
  }

  private void whenStopped(SpaceCell cell) {
    var unused =
        cell.stopped()
            .thenRun(
                () -> {
                  if (cell.isPurging() && !closed.getAsBoolean()) {
                    purge(cell);
                  }
                });
  }

  private void purge(SpaceCell cell) {
    boolean wasHere = cell.ready().isDone() && !cell.root().state().frontier().isEmpty();
    cell.root().forget();
    if (!wasHere) {
      gone(cell);
      return;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    data.actorOf(SpacePurge.props(SpaceJournal.id(cell.name()), done));
    var unused =
        done.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                LOG.info("space '{}' is removed from this node", cell.name());
              } else if (!closed.getAsBoolean()) {
                LOG.error(
                    "space '{}' could not be removed from the disk; the next start tries again",
                    cell.name(),
                    failure instanceof CompletionException e ? e.getCause() : failure);
              }
              gone(cell);
            });
  }

  private synchronized void gone(SpaceCell cell) {
    cells.remove(cell.name(), cell);
    context().gossip().accept(new GossipInput.Closed(cell.name()));
    VersionedPlacement placement = placements.get(cell.name());
    if (placement != null && mayHold(placement) && !closed.getAsBoolean()) {
      hold(cell.name()); // it came back meanwhile
    }
  }
}
