package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether all nodes hold the same of every space that they may hold, and nothing of the others. */
final class Agreement {
  private Agreement() {}

  /** Who differs from whom; null if nobody does. */
  static @Nullable String whyNot(World world) {
    List<String> spaces = new ArrayList<>(world.spaces());
    spaces.add(VirtualNode.CATALOGUE);
    for (String space : spaces) {
      String why = whyNot(world, space);
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  private static @Nullable String whyNot(World world, String space) {
    VirtualNode first = null;
    for (VirtualNode node : world.nodes()) {
      if (!node.isMember()) {
        continue;
      }
      if (!world.places().belongs(space, node)) {
        if (node.placed().has(space)) {
          return node + " still has '" + space + "', which lives elsewhere";
        }
        continue;
      }
      SpaceState state = node.state(space);
      if (state == null || !node.isSettled(space)) {
        return node + " is still busy with '" + space + "'";
      }
      SpaceState before = first == null ? null : first.state(space);
      if (before == null) {
        first = node;
      } else if (!before.frontier().equals(state.frontier())) {
        return "%s is at %s of '%s' and %s at %s"
            .formatted(first, before.frontier(), space, node, state.frontier());
      } else if (!before.digest().equals(state.digest())) {
        return "%s and %s differ in '%s' at equal frontiers".formatted(first, node, space);
      }
    }
    return null;
  }
}
