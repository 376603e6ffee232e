package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Opens, creates and deletes spaces for agents, wherever they live. Thread-safe. */
final class SpaceDesk {
  private final String node;
  private final Catalogue catalogue;
  private final HeldSpaces held;
  private final RemoteSpaces remotes;
  private final Voting voting;
  private final Places places;
  private final NodeThreads threads;
  private final BooleanSupplier closed;

  SpaceDesk(
      String node,
      Catalogue catalogue,
      HeldSpaces held,
      RemoteSpaces remotes,
      Voting voting,
      NodeThreads threads,
      BooleanSupplier closed) {
    this.node = node;
    this.catalogue = catalogue;
    this.held = held;
    this.remotes = remotes;
    this.voting = voting;
    this.places = new Places(catalogue, voting);
    this.threads = threads;
    this.closed = closed;
  }

  Space open(String space, String author, SpaceOptions options) {
    Names.check("space", space);
    requireOpen();
    Placement wanted = options.placement().orElse(null);
    VersionedPlacement placement = settled(space, wanted);
    RemoteAccess access = options.remoteAccess().orElse(remotes.access());
    if (access == RemoteAccess.REFUSE && !held.mayHold(placement)) {
      throw held.notHeld(space, placement);
    }
    enter(space, options, placement.placement());
    // As it is in the catalogue now: another node's entry may have come at the same time.
    placement = settled(space, wanted);
    held.follow(space, placement);
    if (!held.mayHold(placement)) {
      if (access == RemoteAccess.REFUSE) {
        throw held.notHeld(space, placement);
      }
      return remotes.open(space, author, places);
    }
    SpaceCell cell = held.hold(space);
    PekkoNode.await(cell.load());
    Writes writes = new Writes(cell, author, threads.callbacks(), closed);
    return new SpaceHandle(cell, writes, voting, places);
  }

  /** Enters the space, with its voters, unless it has an entry. */
  private void enter(String space, SpaceOptions options, Placement placement) {
    boolean named = options.voters().isPresent();
    List<String> voters = named ? Voting.checked(options.voters().get()) : List.of();
    if (catalogue.contains(space)) {
      catalogue.enter(space, null, draft -> {});
      return;
    }
    if (named) {
      voting.requireEligible(space, placement, voters, ErrorCode.INVALID_CONFIGURATION);
    }
    List<String> first = named ? voters : voting.first(placement);
    catalogue.enter(
        space,
        options.placement().orElse(null),
        draft -> {
          if (!first.isEmpty()) {
            VoterRecords.name(draft, space, first, named);
          }
        });
  }

  void delete(String space, String author) {
    Names.check("space", space);
    requireOpen();
    if (catalogue.contains(space) && !(catalogue.isDeleted(space) && held.isEmpty(space))) {
      Space opened = open(space, author, SpaceOptions.defaults());
      new SpaceDeletion(
              space, deleted -> catalogue.delete(space, deleted), () -> opened.deletePrefix(""))
          .run();
    }
  }

  /** Where the space lives, or would if it were created so. */
  private VersionedPlacement settled(String space, @Nullable Placement wanted) {
    Optional<VersionedPlacement> known = catalogue.placement(space);
    if (known.isPresent() && wanted != null && !known.get().placement().equals(wanted)) {
      throw new HearsayException(
          ErrorCode.PLACEMENT_CONFLICT,
          "space '"
              + space
              + "' lives "
              + known.get().placement()
              + ", and not "
              + wanted
              + ": open it without a placement, and use place(…) to move it");
    }
    return known.orElse(
        wanted == null ? VersionedPlacement.UNSAID : VersionedPlacement.UNSAID.next(wanted));
  }

  private void requireOpen() {
    if (closed.getAsBoolean()) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "node " + node + " is closed");
    }
  }
}
