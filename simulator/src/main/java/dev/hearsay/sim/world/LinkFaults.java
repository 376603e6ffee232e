package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** Faults of the links between nodes. What begins one returns what ends it, and only that. */
final class LinkFaults {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** One direction between two nodes. */
  private record Link(int from, int to) {}

  private final World world;
  private final BiConsumer<Long, Runnable> later;

  /**
   * Of that world.
   *
   * @param later runs something so many nanoseconds later, unless everything heals before
   */
  LinkFaults(World world, BiConsumer<Long, Runnable> later) {
    this.world = world;
    this.later = later;
  }

  /** What ends something may come twice; it ends once. */
  static Runnable once(Runnable end) {
    List<Runnable> left = new ArrayList<>(List.of(end));
    return () -> {
      if (!left.isEmpty()) {
        left.remove(0).run();
      }
    };
  }

  /** Ends all of these. */
  static Runnable all(List<Runnable> ends) {
    return () -> ends.forEach(Runnable::run);
  }

  private Runnable cut(List<Link> links) {
    links.forEach(link -> world.network().cut(link.from(), link.to()));
    return once(() -> links.forEach(link -> world.network().restore(link.from(), link.to())));
  }

  /** Both ways between these nodes and all others. */
  Runnable cutOff(List<VirtualNode> side) {
    List<Link> links = new ArrayList<>();
    for (VirtualNode here : side) {
      for (VirtualNode there : world.nodes()) {
        if (!side.contains(there)) {
          links.add(new Link(here.index(), there.index()));
          links.add(new Link(there.index(), here.index()));
        }
      }
    }
    return cut(links);
  }

  /** From the first to the others, or to all if there are no others. */
  Runnable oneWay(List<VirtualNode> nodes) {
    List<Link> links = new ArrayList<>();
    VirtualNode from = nodes.get(0);
    for (VirtualNode there : nodes.size() > 1 ? nodes : world.nodes()) {
      if (there != from) {
        links.add(new Link(from.index(), there.index()));
      }
    }
    return cut(links);
  }

  /** The node is cut off and back again, in turn. */
  Runnable flap(Fault fault, VirtualNode node) {
    long every = Math.max(50 * MILLI, (long) (fault.amount() * SECOND));
    List<Runnable> restores = new ArrayList<>();
    Runnable restore = () -> restores.forEach(Runnable::run);
    boolean down = true;
    for (long in = 0; in < fault.forNanos(); in += every) {
      later.accept(in, down ? () -> restores.add(cutOff(List.of(node))) : restore);
      down = !down;
    }
    return restore;
  }

  /** Links are cut one by one, and restored in another order. */
  Runnable swizzle(Fault fault, List<VirtualNode> nodes, SplittableRandom random) {
    List<Link> links = new ArrayList<>();
    for (VirtualNode here : nodes) {
      for (VirtualNode there : world.nodes()) {
        if (there != here) {
          links.add(new Link(here.index(), there.index()));
        }
      }
    }
    shuffle(links, random);
    long step = fault.forNanos() / (2L * links.size() + 1);
    List<Integer> back = new ArrayList<>();
    List<Runnable> restores = new ArrayList<>();
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      back.add(i);
      later.accept(i * step, () -> restores.add(cut(List.of(link))));
    }
    shuffle(back, random);
    for (int i = 0; i < back.size(); i++) {
      int which = back.get(i);
      later.accept((links.size() + i) * step, () -> restores.get(which).run());
    }
    return () -> restores.forEach(Runnable::run);
  }

  private static <T> void shuffle(List<T> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      T moved = list.get(i);
      list.set(i, list.get(other));
      list.set(other, moved);
    }
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
