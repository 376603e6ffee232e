package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * Faults that cut links between nodes, of this world or of another that has such links. What begins
 * one returns what ends it, and only that. For the thread of the run.
 */
public final class LinkCuts {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** The links of a mesh. A link that was cut twice works when it was restored twice. */
  public interface Links {
    /** How many nodes there are, those that may join among them, numbered from 0. */
    int nodes();

    /** Cuts one direction. */
    void cut(int from, int to);

    /** Takes one cut back. */
    void restore(int from, int to);
  }

  /** One direction between two nodes. */
  private record Link(int from, int to) {}

  private final Links links;
  private final BiConsumer<Long, Runnable> later;

  /**
   * Of these links.
   *
   * @param later runs something so many nanoseconds later, unless everything heals before
   */
  public LinkCuts(Links links, BiConsumer<Long, Runnable> later) {
    this.links = links;
    this.later = later;
  }

  /** What ends something may come twice; it ends once. */
  public static Runnable once(Runnable end) {
    List<Runnable> left = new ArrayList<>(List.of(end));
    return () -> {
      if (!left.isEmpty()) {
        left.remove(0).run();
      }
    };
  }

  /** Ends all of these. */
  public static Runnable all(List<Runnable> ends) {
    return () -> ends.forEach(Runnable::run);
  }

  private Runnable cut(List<Link> which) {
    which.forEach(link -> links.cut(link.from(), link.to()));
    return once(() -> which.forEach(link -> links.restore(link.from(), link.to())));
  }

  /** Both ways between these nodes and all others. */
  public Runnable cutOff(List<Integer> side) {
    List<Link> between = new ArrayList<>();
    for (int here : side) {
      for (int there = 0; there < links.nodes(); there++) {
        if (!side.contains(there)) {
          between.add(new Link(here, there));
          between.add(new Link(there, here));
        }
      }
    }
    return cut(between);
  }

  /** From the first to the others, or to all if there are no others. */
  public Runnable oneWay(List<Integer> nodes) {
    int from = nodes.get(0);
    List<Link> out = linksFrom(from);
    if (nodes.size() > 1) {
      out.removeIf(link -> !nodes.contains(link.to()));
    }
    return cut(out);
  }

  private List<Link> linksFrom(int from) {
    List<Link> out = new ArrayList<>();
    for (int there = 0; there < links.nodes(); there++) {
      if (there != from) {
        out.add(new Link(from, there));
      }
    }
    return out;
  }

  /** The node is cut off and back again, in turn. */
  public Runnable flap(Fault fault, int node) {
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
  public Runnable swizzle(Fault fault, List<Integer> nodes, SplittableRandom random) {
    List<Link> order = new ArrayList<>();
    nodes.forEach(here -> order.addAll(linksFrom(here)));
    shuffle(order, random);
    long step = fault.forNanos() / (2L * order.size() + 1);
    List<Integer> back = new ArrayList<>();
    List<Runnable> restores = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      Link link = order.get(i);
      back.add(i);
      later.accept(i * step, () -> restores.add(cut(List.of(link))));
    }
    shuffle(back, random);
    for (int i = 0; i < back.size(); i++) {
      int which = back.get(i);
      later.accept((order.size() + i) * step, () -> restores.get(which).run());
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
}
