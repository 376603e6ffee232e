package dev.hearsay.sim.world;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** Faults of the links between nodes. What begins one returns what ends it, and only that. */
final class LinkFaults {
  private final World world;
  private final LinkCuts cuts;

  /**
   * Of that world.
   *
   * @param later runs something so many nanoseconds later, unless everything heals before
   */
  LinkFaults(World world, BiConsumer<Long, Runnable> later) {
    this.world = world;
    this.cuts =
        new LinkCuts(
            new LinkCuts.Links() {
              @Override
              public int nodes() {
                return world.nodes().size();
              }

              @Override
              public void cut(int from, int to) {
                world.network().cut(from, to);
              }

              @Override
              public void restore(int from, int to) {
                world.network().restore(from, to);
              }
            },
            later);
  }

  /** What ends something may come twice; it ends once. */
  static Runnable once(Runnable end) {
    return LinkCuts.once(end);
  }

  /** Ends all of these. */
  static Runnable all(List<Runnable> ends) {
    return LinkCuts.all(ends);
  }

  private static List<Integer> indexes(List<VirtualNode> nodes) {
    return nodes.stream().map(VirtualNode::index).toList();
  }

  /** Both ways between these nodes and all others. */
  Runnable cutOff(List<VirtualNode> side) {
    return cuts.cutOff(indexes(side));
  }

  /** From the first to the others, or to all if there are no others. */
  Runnable oneWay(List<VirtualNode> nodes) {
    return cuts.oneWay(indexes(nodes));
  }

  /** The node is cut off and back again, in turn. */
  Runnable flap(Fault fault, VirtualNode node) {
    return cuts.flap(fault, node.index());
  }

  /** Links are cut one by one, and restored in another order. */
  Runnable swizzle(Fault fault, List<VirtualNode> nodes, SplittableRandom random) {
    return cuts.swizzle(fault, indexes(nodes), random);
  }

  /** Packets to and from these nodes take longer. */
  Runnable slow(List<VirtualNode> nodes, long nanos) {
    slowBy(nodes, nanos);
    return once(() -> slowBy(nodes, -nanos));
  }

  private void slowBy(List<VirtualNode> nodes, long nanos) {
    for (VirtualNode here : nodes) {
      for (VirtualNode there : world.nodes()) {
        if (there != here) {
          world.network().slow(here.index(), there.index(), nanos);
          world.network().slow(there.index(), here.index(), nanos);
        }
      }
    }
  }

  /** These nodes send no more than so many kilobytes a second. */
  Runnable narrow(List<VirtualNode> nodes, double kilobytes) {
    double bytes = Math.max(1, kilobytes) * 1_000;
    return all(nodes.stream().map(node -> world.network().narrow(node.index(), bytes)).toList());
  }
}
