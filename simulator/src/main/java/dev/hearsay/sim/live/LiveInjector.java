package dev.hearsay.sim.live;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Link;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes a {@link Schedule} come true for processes, and puts an end to all of it. For the thread of
 * the loop.
 */
final class LiveInjector {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final LiveMesh mesh;
  private final long seed;
  private final Consumer<String> notes;
  private boolean over;
  private long injected;

  /**
   * Faults of that mesh.
   *
   * @param seed of what a fault leaves open
   * @param notes told what happens
   */
  LiveInjector(LiveMesh mesh, long seed, Consumer<String> notes) {
    this.mesh = mesh;
    this.seed = seed;
    this.notes = notes;
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
    for (LiveNode from : mesh.nodes()) {
      for (LiveNode to : mesh.nodes()) {
        mesh.relays().heal(new Link(from.number(), to.number()));
      }
      from.thaw();
      from.start();
    }
    mesh.healed();
  }

  private void inject(Fault fault) {
    injected++;
    notes.accept("fault: " + fault);
    Runnable end = begin(fault, fault.nodes().stream().map(mesh.nodes()::get).toList());
    later(
        fault.forNanos(),
        () -> {
          notes.accept("ends: " + fault);
          end.run();
        });
  }

  /** Begins it; what ends it. */
  private Runnable begin(Fault fault, List<LiveNode> nodes) {
    return switch (fault.kind()) {
      case CUT -> cut(linksOf(nodes), modeOf(fault));
      case ONE_WAY -> cut(oneWay(nodes), modeOf(fault));
      case FLAP -> flap(fault, nodes.get(0));
      case SWIZZLE -> swizzle(fault, nodes);
      case CRASH -> crash(nodes);
      case BLACKOUT -> crash(mesh.nodes());
      case ROLLING -> rolling(fault);
      case PAUSE -> {
        nodes.forEach(LiveNode::freeze);
        yield () -> nodes.forEach(LiveNode::thaw);
      }
      case LOST_DISK -> lostDisk(nodes.get(0));
      default -> throw new IllegalArgumentException("cannot be done to processes: " + fault);
    };
  }

  private Random chance(Fault fault) {
    return new Random(seed ^ fault.atNanos());
  }

  /** Half of all cuts refuse connections, half let bytes wait, as lost packets do. */
  private CutMode modeOf(Fault fault) {
    return chance(fault).nextBoolean() ? CutMode.CLOSE : CutMode.FREEZE;
  }

  private List<Link> linksOf(List<LiveNode> side) {
    List<Link> links = new ArrayList<>();
    for (LiveNode here : side) {
      for (LiveNode there : mesh.nodes()) {
        if (!side.contains(there)) {
          links.add(new Link(here.number(), there.number()));
          links.add(new Link(there.number(), here.number()));
        }
      }
    }
    return links;
  }

  private List<Link> oneWay(List<LiveNode> nodes) {
    LiveNode from = nodes.get(0);
    return (nodes.size() > 1 ? nodes : mesh.nodes())
        .stream()
            .filter(there -> there != from)
            .map(there -> new Link(from.number(), there.number()))
            .toList();
  }

  private Runnable cut(List<Link> links, CutMode mode) {
    links.forEach(link -> mesh.relays().cut(link, mode));
    return () -> links.forEach(mesh.relays()::heal);
  }

  private Runnable flap(Fault fault, LiveNode node) {
    long every = Math.max(50 * MILLI, (long) (fault.amount() * SECOND));
    List<Link> links = linksOf(List.of(node));
    CutMode mode = modeOf(fault);
    boolean cuts = true;
    for (long in = 0; in < fault.forNanos(); in += every) {
      Runnable toggle =
          cuts
              ? () -> links.forEach(link -> mesh.relays().cut(link, mode))
              : () -> links.forEach(mesh.relays()::heal);
      later(in, toggle);
      cuts = !cuts;
    }
    return () -> links.forEach(mesh.relays()::heal);
  }

  private Runnable swizzle(Fault fault, List<LiveNode> nodes) {
    List<Link> links = new ArrayList<>();
    for (LiveNode here : nodes) {
      for (LiveNode there : mesh.nodes()) {
        if (there != here) {
          links.add(new Link(here.number(), there.number()));
        }
      }
    }
    Random random = chance(fault);
    CutMode mode = modeOf(fault);
    long step = fault.forNanos() / (2L * links.size() + 1);
    Collections.shuffle(links, random);
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      later(i * step, () -> mesh.relays().cut(link, mode));
    }
    List<Link> back = new ArrayList<>(links);
    Collections.shuffle(back, random);
    for (int i = 0; i < back.size(); i++) {
      Link link = back.get(i);
      later((links.size() + i) * step, () -> mesh.relays().heal(link));
    }
    return () -> links.forEach(mesh.relays()::heal);
  }

  private static Runnable crash(List<LiveNode> nodes) {
    nodes.forEach(LiveNode::kill);
    return () -> nodes.forEach(LiveNode::start);
  }

  private Runnable rolling(Fault fault) {
    long step = Math.max(200 * MILLI, fault.forNanos() / mesh.nodes().size());
    for (LiveNode node : mesh.nodes()) {
      later(
          node.number() * step,
          () -> {
            node.kill();
            later(step / 2, node::start);
          });
    }
    return () -> {};
  }

  private Runnable lostDisk(LiveNode node) {
    node.kill();
    delete(node.data());
    mesh.diskDamaged(node);
    return node::start;
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
