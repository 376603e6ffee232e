package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The spaces that a virtual node holds, as its catalogue places them: what it may it holds, and
 * what it may not any more leaves once another node has it, as in production.
 */
final class PlacedSpaces {
  private static final long MILLI = 1_000_000;

  private final VirtualNode node;
  private final World world;
  private final Map<String, VersionedPlacement> placements = new TreeMap<>();

  /** Spaces that are being removed from the disk. */
  private final Set<String> going = new TreeSet<>();

  /** Spaces that were removed in this process, and must not be written under the same name. */
  private final Set<String> heldBefore = new TreeSet<>();

  PlacedSpaces(VirtualNode node) {
    this.node = node;
    this.world = node.world();
  }

  /** What a client is told who writes where the space may not be. */
  static HearsayException notHere(String space) {
    return new HearsayException(ErrorCode.SPACE_NOT_HELD, "'" + space + "' lives elsewhere");
  }

  /** A process begins. */
  void begin() {
    placements.clear();
    going.clear();
    heldBefore.clear();
    if (!world.places().any()) {
      world.spaces().forEach(space -> node.hold(space, /* anew= */ false));
    }
  }

  /** Where the space may live, as this node durably knows; null if it does not. */
  @Nullable Placement known(String space) {
    VersionedPlacement placement = placements.get(space);
    return placement == null ? null : placement.placement();
  }

  private boolean mayHold(String space) {
    Placement placement = known(space);
    return placement != null && Places.allows(placement, node);
  }

  /** The catalogue has been read, or has changed. */
  void follow(SpaceState books) {
    if (world.places().any()) {
      // What is on the disk from before is here until somebody else has it.
      boolean recovering = placements.isEmpty();
      Places.in(books).forEach((space, placement) -> follow(space, placement, recovering));
    }
  }

  private void follow(String space, VersionedPlacement now, boolean recovering) {
    VersionedPlacement before = placements.get(space);
    VersionedPlacement placement = placements.merge(space, now, VersionedPlacement::join);
    if (!placement.equals(before)) {
      world.places().heard(space, placement);
      // The gossip learns where a space may live before it learns that the space is here.
      node.run(node.gossip().placed(space, placement.placement(), world.nowMillis()));
    }
    if (going.contains(space)) {
      return; // when it is gone, it is looked at again
    }
    boolean may = mayHold(space);
    VirtualSpace held = node.spaceIfHeld(space);
    if (held == null && (may || recovering)) {
      node.hold(space, heldBefore.remove(space));
      held = node.spaceIfHeld(space);
    }
    if (held != null) {
      held.leaving(!may);
      if (!may && world.plants(PlantedFault.PURGES_BEFORE_OTHERS_HAVE_IT)) {
        purge(held);
      }
    }
  }

  /** Another node has all of the space: first its events are deleted, and then its snapshots. */
  void purge(VirtualSpace space) {
    String name = space.name();
    node.drop(space);
    going.add(name);
    heldBefore.add(name);
    node.note("removes '" + name + "'");
    world.purged(node, name);
    long force = world.settings().fsyncNanos() + MILLI;
    node.later(
        force,
        () -> {
          node.disk().removeEvents(name);
          node.later(force, () -> gone(name));
        });
  }

  /** The space was to be removed, and is not. */
  void stays(VirtualSpace space) {
    SpaceState durable = space.ready().durable();
    node.run(
        node.gossip().stays(space.name(), durable.frontier(), durable.digest(), world.nowMillis()));
  }

  private void gone(String space) {
    node.disk().remove(space);
    going.remove(space);
    node.run(node.gossip().closed(space));
    if (mayHold(space)) {
      // It came back meanwhile.
      node.hold(space, heldBefore.remove(space));
    }
  }

  /** Whether anything of the space is here. */
  boolean has(String space) {
    return node.spaceIfHeld(space) != null || node.disk().holds(space);
  }
}
