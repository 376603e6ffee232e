package dev.hearsay.sim.world;

import dev.hearsay.mesh.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Schedule} come true in a {@link World}, and puts an end to all of it. Faults may
 * overlap: when one ends, it takes back what it did, and nothing of what others do.
 */
final class Injector {
  private static final long MILLI = 1_000_000;

  private final World world;
  private final Membership membership;
  private final LinkFaults links;

  /** By how many faults each node is kept down. */
  private final Map<Integer, Integer> down = new HashMap<>();

  /** Nodes of whose journals an event was damaged, which nobody may have read since. */
  private final Set<Integer> turned = new HashSet<>();

  private boolean over;
  private long injected;

  /**
   * Faults of that world.
   *
   * @param joined told of a node that has joined
   */
  Injector(World world, Consumer<VirtualNode> joined) {
    this.world = world;
    this.membership = new Membership(world, this::later, joined);
    this.links = new LinkFaults(world, this::later);
  }

  /** Has the faults happen, from now on. */
  void schedule(Schedule schedule) {
    long begin = world.nowNanos();
    membership.expect(schedule);
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
    membership.heal();
    world.network().heal();
    for (VirtualNode node : world.nodes()) {
      node.disk().heal();
      node.rightClock();
      node.goOn();
      if (node.isMember()) {
        start(node);
      }
    }
    rehome();
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
    world.note("fault: " + fault);
    Fate fate = Fate.of(fault, () -> injected++, world::note);
    String why =
        FaultCheck.nothing(
            fault, nodes.stream().map(VirtualNode::index).toList(), members().size());
    if (why != null) {
      fate.cameToNothing(why);
      return;
    }
    if (fault.kind().isSure()) {
      fate.cameAbout();
    }
    Runnable end = begin(fault, nodes, fate);
    if (end != null) {
      later(
          fault.forNanos(),
          () -> {
            world.note("ends: " + fault);
            end.run();
          });
    }
  }

  /** Begins it; what ends it and nothing else, null if it ends by itself. */
  private @Nullable Runnable begin(Fault fault, List<VirtualNode> nodes, Fate fate) {
    Network network = world.network();
    return switch (fault.kind()) {
      case CUT -> links.cutOff(nodes);
      case ONE_WAY -> links.oneWay(nodes);
      case FLAP -> links.flap(fault, nodes.get(0));
      case SWIZZLE -> links.swizzle(fault, nodes, chance(fault));
      case LOSS -> network.lose(fault.amount());
      case DUPLICATE -> network.duplicate(fault.amount());
      case REORDER -> network.reorder(millis(fault));
      case SLOW -> links.slow(nodes, millis(fault));
      case NARROW -> links.narrow(nodes, fault.amount());
      case CRASH, TORN -> crash(nodes, fault.kind() == FaultKind.TORN);
      case BLACKOUT -> crash(members(), /* tears= */ true);
      case ROLLING -> rolling(fault);
      case PAUSE -> {
        nodes.forEach(node -> node.pause(fault.forNanos()));
        yield null;
      }
      case FULL -> LinkFaults.all(nodes.stream().map(node -> node.disk().fill()).toList());
      case SLOW_DISK ->
          LinkFaults.all(nodes.stream().map(node -> node.disk().slow(millis(fault))).toList());
      case CORRUPT -> corrupt(fault, nodes.get(0), fate);
      case LOST_DISK -> lostDisk(nodes.get(0));
      case OLD_DISK -> oldDisk(nodes.get(0));
      case CLONE -> clone(nodes.get(0));
      case CLOCK -> clock(fault, nodes);
      case JOIN -> done(() -> membership.join(null, fate));
      case TWIN -> done(() -> membership.join(nodes.get(0), fate));
      case LEAVE -> done(() -> membership.leave(nodes, fate));
      case REPLACE -> done(() -> membership.replace(nodes, fate));
      case VOTERS -> done(() -> membership.vote(nodes, fault.nodes().size(), fate));
      case REPLACE_VOTERS -> done(() -> membership.loseVoters(nodes, fate));
      case MOVE -> done(() -> move(fault, nodes, fate));
    };
  }

  private static long millis(Fault fault) {
    return (long) (fault.amount() * MILLI);
  }

  private List<VirtualNode> members() {
    return membership.members();
  }

  /** Chance of the fault's own: what one draws does not depend on what others drew. */
  private SplittableRandom chance(Fault fault) {
    return new SplittableRandom(world.settings().seed() ^ fault.atNanos());
  }

  /** The process is to stay down; it starts when nothing keeps it down any more. */
  private Runnable down(VirtualNode node) {
    down.merge(node.index(), 1, Integer::sum);
    return LinkFaults.once(
        () -> {
          down.merge(node.index(), -1, Integer::sum);
          startUnlessDown(node);
        });
  }

  private void startUnlessDown(VirtualNode node) {
    if (down.getOrDefault(node.index(), 0) == 0 && node.isMember()) {
      start(node);
    }
  }

  private Runnable crash(List<VirtualNode> nodes, boolean tears) {
    nodes.forEach(node -> node.crash(tears));
    return LinkFaults.all(nodes.stream().map(this::down).toList());
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
              later(step / 2, down(node));
            }
          });
    }
    return null;
  }

  private Runnable clock(Fault fault, List<VirtualNode> nodes) {
    long jump = (long) (fault.amount() * 1_000);
    nodes.forEach(node -> node.jump(jump));
    // Where it does not say for how long, it stays so until everything heals.
    return () -> nodes.forEach(node -> node.jump(fault.forNanos() == 0 ? 0 : -jump));
  }

  private @Nullable Runnable corrupt(Fault fault, VirtualNode node, Fate fate) {
    if (!node.disk().hasEvents()) {
      fate.cameToNothing("nothing is written on its disk");
      return null;
    }
    fate.cameAbout();
    node.crash(false);
    Disk.Damage hit = node.disk().corrupt(chance(fault));
    node.note("has a bit turned in " + hit.what());
    // Without its newest snapshot it has all the same, if it can read the events since the one
    // before; an event that is gone is gone.
    if (hit.isEvent()) {
      turned.add(node.index());
    }
    if (turned.contains(node.index())) {
      world.diskDamaged(node);
    }
    return down(node);
  }

  private Runnable lostDisk(VirtualNode node) {
    node.crash(false);
    node.disk().wipe();
    world.diskDamaged(node);
    return down(node);
  }

  private Runnable oldDisk(VirtualNode node) {
    Disk image = node.disk().image();
    return () -> {
      node.crash(false);
      node.disk().become(image);
      world.diskDamaged(node);
      startUnlessDown(node);
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

  /** An operator at some node, as far as that one knows, has restricted spaces live there. */
  private void move(Fault fault, List<VirtualNode> nodes, Fate fate) {
    List<VirtualNode> running = members().stream().filter(VirtualNode::isRunning).toList();
    if (!world.places().any() || running.isEmpty()) {
      fate.cameToNothing(running.isEmpty() ? "no node is up" : "all spaces live everywhere");
      return;
    }
    fate.cameAbout();
    VirtualNode asked = running.get(chance(fault).nextInt(running.size()));
    Placement placement = Places.on(nodes, fault.amount() == 1);
    for (String space : world.places().restricted()) {
      asked
          .desk()
          .write(books -> Places.move(books, space, placement), () -> asked.note("moved " + space));
    }
  }

  /** Where two moves at once leave nobody who may hold a space, an operator says who does. */
  private void rehome() {
    VirtualNode first = members().get(0);
    for (String space : world.places().restricted()) {
      if (world.places().isHomeless(space, world.nodes())) {
        Placement placement = Places.on(List.of(first), /* byRole= */ false);
        first.desk().write(books -> world.places().settle(books, space, placement), () -> {});
      }
    }
  }

  /** Does what ends by itself. */
  private static @Nullable Runnable done(Runnable task) {
    task.run();
    return null;
  }
}
