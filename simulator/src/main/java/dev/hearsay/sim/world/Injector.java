package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Schedule} come true in a {@link World}, and puts an end to all of it. */
final class Injector {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final World world;
  private final Consumer<VirtualNode> joined;
  private boolean over;
  private long injected;

  /**
   * Faults of that world.
   *
   * @param joined told of a node that has joined
   */
  Injector(World world, Consumer<VirtualNode> joined) {
    this.world = world;
    this.joined = joined;
  }

  /** Has the faults happen, from now on. */
  void schedule(Schedule schedule) {
    long begin = world.nowNanos();
    for (Fault fault : schedule.faults()) {
      at(begin + fault.atNanos(), () -> inject(fault));
    }
  }

  /** How many faults have come about. */
  long injected() {
    return injected;
  }

  private void at(long nanos, Runnable task) {
    world.at(
        nanos,
        () -> {
          if (!over) {
            task.run();
          }
        });
  }

  private void later(long nanos, Runnable task) {
    at(world.nowNanos() + nanos, task);
  }

  /** Everything works again, and nothing breaks any more. */
  void heal() {
    over = true;
    world.note("everything heals");
    world.network().heal(world.settings());
    for (VirtualNode node : world.nodes()) {
      node.disk().full(false);
      node.disk().slow(0);
      if (node.isMember()) {
        start(node);
      }
    }
    world.healed();
  }

  private void start(VirtualNode node) {
    node.start();
    // An operator sees that it cannot read its journal, and has it repaired.
    world.after(
        200 * MILLI,
        () -> {
          List<String> broken = node.broken();
          if (node.isRunning() && !broken.isEmpty()) {
            node.note("is repaired by its operator: " + broken);
            node.crash(false);
            broken.forEach(node.disk()::repair);
            node.start();
          }
        });
  }

  private void inject(Fault fault) {
    List<VirtualNode> nodes = new ArrayList<>();
    for (int index : fault.nodes()) {
      if (index < world.nodes().size() && world.node(index).isMember()) {
        nodes.add(world.node(index));
      }
    }
    boolean needsNodes = !fault.nodes().isEmpty();
    if (needsNodes && nodes.isEmpty()) {
      return;
    }
    injected++;
    world.note("fault: " + fault);
    Runnable end = begin(fault, nodes);
    if (end != null) {
      later(
          fault.forNanos(),
          () -> {
            world.note("ends: " + fault);
            end.run();
          });
    }
  }

  /** Begins it; what ends it, null if nothing does. */
  private @Nullable Runnable begin(Fault fault, List<VirtualNode> nodes) {
    Network network = world.network();
    return switch (fault.kind()) {
      case CUT -> cut(nodes);
      case ONE_WAY -> oneWay(nodes);
      case FLAP -> flap(fault, nodes.get(0));
      case SWIZZLE -> swizzle(fault, nodes);
      case LOSS -> {
        network.quality(fault.amount(), world.settings().duplicateRate());
        yield () -> network.quality(world.settings().lossRate(), world.settings().duplicateRate());
      }
      case DUPLICATE -> {
        network.quality(world.settings().lossRate(), fault.amount());
        yield () -> network.quality(world.settings().lossRate(), world.settings().duplicateRate());
      }
      case REORDER -> {
        network.reorder((long) (fault.amount() * MILLI));
        yield () -> network.reorder(0);
      }
      case SLOW -> slow(fault, nodes);
      case CRASH, TORN -> crash(nodes, fault.kind() == FaultKind.TORN);
      case BLACKOUT -> crash(members(), /* tears= */ true);
      case ROLLING -> rolling(fault);
      case PAUSE -> {
        nodes.forEach(node -> node.pause(fault.forNanos()));
        yield null;
      }
      case FULL -> {
        nodes.forEach(node -> node.disk().full(true));
        yield () -> nodes.forEach(node -> node.disk().full(false));
      }
      case SLOW_DISK -> {
        nodes.forEach(node -> node.disk().slow((long) (fault.amount() * MILLI)));
        yield () -> nodes.forEach(node -> node.disk().slow(0));
      }
      case CORRUPT -> corrupt(fault, nodes.get(0));
      case LOST_DISK -> lostDisk(nodes.get(0));
      case OLD_DISK -> oldDisk(nodes.get(0));
      case CLONE -> clone(nodes.get(0));
      case CLOCK -> {
        nodes.forEach(node -> node.jump((long) (fault.amount() * 1_000)));
        yield null;
      }
      case JOIN -> join();
      case LEAVE -> leave();
    };
  }

  private List<VirtualNode> members() {
    return world.nodes().stream().filter(VirtualNode::isMember).toList();
  }

  private Runnable cut(List<VirtualNode> side) {
    List<int[]> links = new ArrayList<>();
    for (VirtualNode here : side) {
      for (VirtualNode there : world.nodes()) {
        if (!side.contains(there)) {
          links.add(new int[] {here.index(), there.index()});
          links.add(new int[] {there.index(), here.index()});
        }
      }
    }
    return cutLinks(links);
  }

  private Runnable cutLinks(List<int[]> links) {
    links.forEach(link -> world.network().cut(link[0], link[1]));
    return () -> links.forEach(link -> world.network().restore(link[0], link[1]));
  }

  private Runnable oneWay(List<VirtualNode> nodes) {
    List<int[]> links = new ArrayList<>();
    VirtualNode from = nodes.get(0);
    List<VirtualNode> to = nodes.size() > 1 ? nodes : world.nodes();
    for (VirtualNode there : to) {
      if (there != from) {
        links.add(new int[] {from.index(), there.index()});
      }
    }
    return cutLinks(links);
  }

  private @Nullable Runnable flap(Fault fault, VirtualNode node) {
    long every = Math.max(50 * MILLI, (long) (fault.amount() * SECOND));
    boolean down = true;
    for (long in = 0; in < fault.forNanos(); in += every) {
      boolean cuts = down;
      Runnable toggle =
          () -> {
            Runnable restore = cut(List.of(node));
            if (!cuts) {
              restore.run();
            }
          };
      later(in, toggle);
      down = !down;
    }
    return () -> cut(List.of(node)).run();
  }

  private @Nullable Runnable swizzle(Fault fault, List<VirtualNode> nodes) {
    List<Runnable> restores = new ArrayList<>();
    List<int[]> links = new ArrayList<>();
    for (VirtualNode here : nodes) {
      for (VirtualNode there : world.nodes()) {
        if (there != here) {
          links.add(new int[] {here.index(), there.index()});
        }
      }
    }
    SplittableRandom random = chance(fault);
    long step = fault.forNanos() / (2L * links.size() + 1);
    shuffle(links, random);
    for (int i = 0; i < links.size(); i++) {
      int[] link = links.get(i);
      later(i * step, () -> restores.add(cutLinks(List.of(link))));
    }
    List<int[]> back = new ArrayList<>(links);
    shuffle(back, random);
    for (int i = 0; i < back.size(); i++) {
      int[] link = back.get(i);
      later((links.size() + i) * step, () -> world.network().restore(link[0], link[1]));
    }
    return () -> restores.forEach(Runnable::run);
  }

  /** Chance of the fault's own: what one draws does not depend on what others drew. */
  private SplittableRandom chance(Fault fault) {
    return new SplittableRandom(world.settings().seed() ^ fault.atNanos());
  }

  private static void shuffle(List<int[]> links, SplittableRandom random) {
    for (int i = links.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int[] link = links.get(i);
      links.set(i, links.get(other));
      links.set(other, link);
    }
  }

  private Runnable slow(Fault fault, List<VirtualNode> nodes) {
    long nanos = (long) (fault.amount() * MILLI);
    for (VirtualNode here : nodes) {
      for (VirtualNode there : world.nodes()) {
        world.network().worsen(here.index(), there.index(), nanos, 0);
        world.network().worsen(there.index(), here.index(), nanos, 0);
      }
    }
    return () -> {
      for (VirtualNode here : nodes) {
        for (VirtualNode there : world.nodes()) {
          world.network().mend(here.index(), there.index());
          world.network().mend(there.index(), here.index());
        }
      }
    };
  }

  private Runnable crash(List<VirtualNode> nodes, boolean tears) {
    nodes.forEach(node -> node.crash(tears));
    return () -> nodes.stream().filter(VirtualNode::isMember).forEach(this::start);
  }

  private @Nullable Runnable rolling(Fault fault) {
    List<VirtualNode> members = members();
    long step = Math.max(200 * MILLI, fault.forNanos() / members.size());
    for (int i = 0; i < members.size(); i++) {
      VirtualNode node = members.get(i);
      later(
          i * step,
          () -> {
            if (node.isMember()) {
              node.crash(false);
              later(step / 2, () -> start(node));
            }
          });
    }
    return null;
  }

  private Runnable corrupt(Fault fault, VirtualNode node) {
    node.crash(false);
    String hit = node.disk().corrupt(chance(fault));
    node.note("has a bit turned in " + hit);
    if (!hit.contains("snapshot")) {
      // Without its newest snapshot it has all the same; an event that is gone is gone.
      world.diskDamaged(node);
    }
    return () -> start(node);
  }

  private Runnable lostDisk(VirtualNode node) {
    node.crash(false);
    node.disk().wipe();
    world.diskDamaged(node);
    return () -> start(node);
  }

  private Runnable oldDisk(VirtualNode node) {
    Disk image = node.disk().image();
    return () -> {
      node.crash(false);
      node.disk().become(image);
      world.diskDamaged(node);
      start(node);
    };
  }

  private Runnable clone(VirtualNode node) {
    VirtualNode.Image image = node.image();
    return () -> {
      world.expectForks();
      if (node.isRunning()) {
        world.diskDamaged(node);
        node.resume(image);
      }
    };
  }

  private @Nullable Runnable join() {
    for (VirtualNode node : world.nodes()) {
      if (!node.isMember() && node.disk().nodeId.isEmpty()) {
        node.member(true);
        node.start();
        joined.accept(node);
        return null;
      }
    }
    injected--;
    return null;
  }

  private @Nullable Runnable leave() {
    List<VirtualNode> members = members();
    VirtualNode last = members.get(members.size() - 1);
    if (last.index() >= world.settings().voters() && members.size() > 2) {
      leave(last, world.nowNanos() + 10 * SECOND);
    } else {
      injected--;
    }
    return null;
  }

  private void leave(VirtualNode node, long untilNanos) {
    if (!node.isRunning() || world.nowNanos() > untilNanos) {
      return;
    }
    if (isCovered(node)) {
      node.note("leaves");
      node.crash(false);
      node.member(false);
      world.left(node);
    } else {
      later(50 * MILLI, () -> leave(node, untilNanos));
    }
  }

  private boolean isCovered(VirtualNode leaving) {
    for (VirtualNode holder : members()) {
      if (holder != leaving && world.spaces().stream().allMatch(s -> covers(holder, leaving, s))) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(VirtualNode holder, VirtualNode leaving, String space) {
    SpaceState has = holder.state(space);
    SpaceState wants = leaving.state(space);
    return has != null
        && wants != null
        && leaving.isSettled(space)
        && has.frontier().covers(wants.frontier());
  }
}
