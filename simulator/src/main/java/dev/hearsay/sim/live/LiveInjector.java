package dev.hearsay.sim.live;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.world.Fate;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultCheck;
import dev.hearsay.sim.world.LinkCuts;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Schedule} come true for processes, and puts an end to all of it. Faults may
 * overlap: when one ends, it takes back what it did, and nothing of what others do. For the thread
 * of the loop.
 */
final class LiveInjector {
  private static final long MILLI = 1_000_000;

  private final LiveMesh mesh;
  private final long seed;
  private final Consumer<String> notes;
  private final LiveLinks links;
  private final LiveMembership membership;

  /** By how many faults each node is kept down, and by how many it is stopped where it stands. */
  private final Map<LiveNode, Integer> down = new HashMap<>();

  private final Map<LiveNode, Integer> frozen = new HashMap<>();

  private boolean over;
  private long injected;

  /**
   * Faults of that mesh.
   *
   * @param seed of what a fault leaves open
   * @param schedule what is going to happen
   * @param notes told what happens
   * @param joined told of a node that has joined
   */
  LiveInjector(
      LiveMesh mesh,
      long seed,
      Schedule schedule,
      Consumer<String> notes,
      Consumer<LiveNode> joined) {
    this.mesh = mesh;
    this.seed = seed;
    this.notes = notes;
    long joins = schedule.faults().stream().filter(fault -> fault.kind().adds()).count();
    this.links =
        new LiveLinks(LiveLinks.Wires.of(mesh.relays()), mesh.nodes().size() + (int) joins);
    this.membership = new LiveMembership(mesh, schedule, notes, joined);
  }

  /** Has the faults happen, from now on. */
  void schedule(Schedule schedule) {
    for (Fault fault : schedule.faults()) {
      later(fault.atNanos(), () -> inject(fault));
    }
  }

  /** How many faults have come about. */
  long injected() {
    return injected;
  }

  /** Whether nothing is under way any more that was begun before everything healed. */
  boolean isDone() {
    return membership.isDone();
  }

  private void later(long nanos, Runnable task) {
    mesh.loop()
        .after(
            nanos,
            () -> {
              if (!over) {
                task.run();
              }
            });
  }

  /** Every link works, every process runs or is on its way, and nothing breaks any more. */
  void heal() {
    over = true;
    notes.accept("everything heals");
    links.heal();
    for (LiveNode node : mesh.members()) {
      node.thaw();
      node.start();
    }
    mesh.healed();
  }

  private void inject(Fault fault) {
    List<LiveNode> nodes =
        fault.nodes().stream()
            .filter(number -> number < mesh.nodes().size())
            .map(mesh.nodes()::get)
            .filter(LiveNode::isMember)
            .toList();
    notes.accept("fault: " + fault);
    Fate fate = Fate.of(fault, () -> injected++, notes);
    String why =
        FaultCheck.nothing(
            fault, nodes.stream().map(LiveNode::number).toList(), mesh.members().size());
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
            notes.accept("ends: " + fault);
            end.run();
          });
    }
  }

  /** Begins it; what ends it and nothing else, null if it ends by itself. */
  private @Nullable Runnable begin(Fault fault, List<LiveNode> nodes, Fate fate) {
    List<Integer> numbers = nodes.stream().map(LiveNode::number).toList();
    return switch (fault.kind()) {
      case CUT -> cuts(fault).cutOff(numbers);
      case ONE_WAY -> cuts(fault).oneWay(numbers);
      case FLAP -> cuts(fault).flap(fault, numbers.get(0));
      case SWIZZLE -> cuts(fault).swizzle(fault, numbers, chance(fault));
      case CRASH -> crash(nodes);
      case BLACKOUT -> crash(mesh.members());
      case ROLLING -> rolling(fault);
      case PAUSE -> LinkCuts.all(nodes.stream().map(this::freeze).toList());
      case LOST_DISK -> lostDisk(nodes.get(0));
      case JOIN -> done(() -> membership.join(fate));
      case LEAVE -> done(() -> membership.leave(nodes, fate));
      case REPLACE -> done(() -> membership.replace(nodes, fate));
      case VOTERS -> done(() -> membership.vote(nodes, fate));
      default -> throw new IllegalArgumentException("cannot be done to processes: " + fault);
    };
  }

  /** Does what ends by itself. */
  private static @Nullable Runnable done(Runnable task) {
    task.run();
    return null;
  }

  /** Chance of the fault's own: what one draws does not depend on what others drew. */
  private SplittableRandom chance(Fault fault) {
    return new SplittableRandom(seed ^ fault.atNanos());
  }

  /** Half of all cuts refuse connections, half let bytes wait, as lost packets do. */
  private LinkCuts cuts(Fault fault) {
    CutMode mode = chance(fault).nextBoolean() ? CutMode.CLOSE : CutMode.FREEZE;
    return new LinkCuts(links.by(mode), this::later);
  }

  private Runnable freeze(LiveNode node) {
    node.freeze();
    return counted(frozen, node, node::thaw);
  }

  /** The process is to stay down; it starts when nothing keeps it down any more. */
  private Runnable down(LiveNode node) {
    return counted(down, node, node::start);
  }

  /** Counts one more; what counts it back, and ends it with the last. */
  private static Runnable counted(Map<LiveNode, Integer> counts, LiveNode node, Runnable end) {
    counts.merge(node, 1, Integer::sum);
    return LinkCuts.once(
        () -> {
          if (counts.merge(node, -1, Integer::sum) == 0) {
            end.run();
          }
        });
  }

  private Runnable crash(List<LiveNode> nodes) {
    nodes.forEach(LiveNode::kill);
    return LinkCuts.all(nodes.stream().map(this::down).toList());
  }

  private @Nullable Runnable rolling(Fault fault) {
    List<LiveNode> members = mesh.members();
    long step = Math.max(200 * MILLI, fault.forNanos() / members.size());
    for (int i = 0; i < members.size(); i++) {
      LiveNode node = members.get(i);
      later(
          i * step,
          () -> {
            if (node.isMember()) {
              node.kill();
              later(step / 2, down(node));
            }
          });
    }
    return null;
  }

  private Runnable lostDisk(LiveNode node) {
    node.kill();
    delete(node.data());
    mesh.diskDamaged(node);
    return down(node);
  }

  private static void delete(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + root, e);
    }
  }
}
