package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.persistence.HearsayReadJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.query.PersistenceQuery;
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

  /** Spaces that were removed in this process, and must not be written under the same name. */
  private final Set<String> heldBefore = ConcurrentHashMap.newKeySet();

  private final Residents residents;
  private @Nullable NodeContext context;
  private @Nullable RowReader rows;

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
    this.residents =
        new Residents(
            ResidenceSettings.read(data.settings().config()),
            threads.blocking(),
            NodeContext::steadyMillis);
  }

  void start(NodeContext shared) {
    context = shared;
    HearsayReadJournal journal =
        PersistenceQuery.get(data)
            .getReadJournalFor(HearsayReadJournal.class, HearsayReadJournal.IDENTIFIER);
    rows = new RowReader(node, journal::currentEnds, shared.clock(), shared.gossip(), closed);
    Duration sweep = Duration.ofMillis(residents.sweepMillis());
    data.scheduler().scheduleWithFixedDelay(sweep, sweep, residents::sweep, data.getDispatcher());
  }

  /** How many spaces are in memory. */
  int loaded() {
    return residents.count();
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
    if (cell == null || cell.isPurging()) {
      return true;
    }
    SpaceEvent.Rested row = cell.row();
    return (row != null && row.frontier().isEmpty())
        || StateSnapshot.infos(cell.root().state()).isEmpty();
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

  /**
   * Holds the space, which is Hearsay's own or may be here. It does not come into memory for that.
   */
  SpaceCell hold(String space) {
    return hold(space, added -> {});
  }

  private synchronized SpaceCell hold(String space, Consumer<SpaceCell> onAdded) {
    SpaceCell held = cells.get(space);
    if (held != null && held.isPurging()) {
      throw new HearsayException(
          ErrorCode.SPACE_NOT_HELD,
          "space '" + space + "' is being removed from this node: open it again in a moment");
    }
    if (held == null) {
      requireOpen();
      NodeContext shared = context();
      held = new SpaceCell(space, threads.blocking(), residents, this::spawn, this::ended);
      if (heldBefore.remove(space)) {
        // Dots of a replica that were purged here are with others: it must not mint them again.
        shared.incarnations().drawFor(space);
      }
      cells.put(space, held);
      onAdded.accept(held);
    }
    if (closed.getAsBoolean()) {
      // It may have come too late for the node to see it when it closes.
      var unused = held.stop();
    }
    return held;
  }

  private Consumer<SpaceCommand> spawn(SpaceCell cell) {
    ActorRef<SpaceCommand> actor = Adapter.spawnAnonymous(data, SpaceActor.create(cell, context()));
    return actor::tell;
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
   * @return completes when it is known where those stand that are new here, but for those that have
   *     to be recovered first
   */
  CompletableFuture<Void> follow(Map<String, VersionedPlacement> now, boolean recovering) {
    List<SpaceCell> added = new ArrayList<>();
    now.forEach(
        (space, placement) -> {
          if (!closed.getAsBoolean()) {
            follow(space, placement, recovering, added::add);
          }
        });
    return learn(added);
  }

  private CompletableFuture<Void> learn(List<SpaceCell> added) {
    RowReader reader = rows;
    if (added.isEmpty() || reader == null) {
      return CompletableFuture.completedFuture(null);
    }
    return reader
        .learn(added)
        .thenRun(() -> added.stream().filter(SpaceCell::purgeIfNothing).forEach(this::gone));
  }

  /** As {@link #follow(Map, boolean)}, for one space that whoever asks is about to use. */
  void follow(String space, VersionedPlacement now) {
    follow(space, now, /* recovering= */ false, added -> {});
  }

  private synchronized void follow(
      String space, VersionedPlacement now, boolean recovering, Consumer<SpaceCell> onAdded) {
    VersionedPlacement before = placements.get(space);
    VersionedPlacement placement = placements.merge(space, now, VersionedPlacement::join);
    if (!placement.equals(before)) {
      context().gossip().accept(new GossipInput.Placed(space, placement.placement()));
    }
    SpaceCell held = cells.get(space);
    if (held != null && held.isPurging()) {
      return; // when it is gone, its placement is looked at again
    }
    if (mayHold(placement)) {
      if (held == null || held.stay()) {
        hold(space, onAdded);
      } // else it is looked at again when it is gone
    } else if (held != null || recovering) {
      // What is on the disk from before is here until somebody else has it.
      SpaceCell leaving = hold(space, onAdded);
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

  private void ended(SpaceCell cell) {
    if (cell.isPurging() && !closed.getAsBoolean()) {
      purge(cell);
    }
  }

  private void purge(SpaceCell cell) {
    heldBefore.add(cell.name());
    SpaceState last = cell.root().peek();
    boolean wasHere = last != null && !last.frontier().isEmpty();
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
    cell.root().forget();
    cells.remove(cell.name(), cell);
    context().gossip().accept(new GossipInput.Closed(cell.name()));
    VersionedPlacement placement = placements.get(cell.name());
    if (placement != null && mayHold(placement) && !closed.getAsBoolean()) {
      // It came back meanwhile.
      var unused = learn(List.of(hold(cell.name())));
    }
  }
}
