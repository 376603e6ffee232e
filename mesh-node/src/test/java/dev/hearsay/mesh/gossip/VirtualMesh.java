package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Nodes, their disks and the network between them in one thread, with a virtual clock and one
 * source of chance: the same seed is the same run.
 */
final class VirtualMesh {
  /** Spaces that scenarios write to. */
  static final List<String> SPACES = List.of("alpha", "beta", "gamma");

  private record Task(long atMillis, long order, Runnable run) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private record Link(HostPort from, HostPort to) {}

  final SplittableRandom random;
  final MeshOracle oracle = new MeshOracle();
  final PlantedFault fault;
  final SpaceLimits limits;
  final List<VirtualNode> nodes = new ArrayList<>();

  /** Messages sent, by kind. */
  final Map<String, Long> sent = new TreeMap<>();

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Set<Link> cut = new HashSet<>();
  private double lossRate;
  private double duplicateRate;
  private int delayMillisMax = 3;
  private long nowMillis;
  private long orders;

  VirtualMesh(long seed, int nodeCount, SpaceLimits limits, PlantedFault fault) {
    this.random = new SplittableRandom(seed);
    this.limits = limits;
    this.fault = fault;
    List<HostPort> addresses = new ArrayList<>();
    for (int i = 0; i < nodeCount; i++) {
      addresses.add(new HostPort("node" + i, 7400));
    }
    for (HostPort address : addresses) {
      nodes.add(new VirtualNode(this, address, addresses));
    }
    nodes.forEach(VirtualNode::start);
  }

  long nowMillis() {
    return nowMillis;
  }

  void after(long millis, Runnable task) {
    tasks.add(new Task(nowMillis + millis, orders++, task));
  }

  /** Runs what is due in the next stretch of time. */
  void run(long millis) {
    long end = nowMillis + millis;
    while (!tasks.isEmpty() && tasks.peek().atMillis() <= end) {
      Task task = tasks.remove();
      nowMillis = task.atMillis();
      task.run().run();
    }
    nowMillis = end;
  }

  /** Runs until the condition holds; false if it does not within the time. */
  boolean runUntil(BooleanSupplier condition, long millisMax) {
    long end = nowMillis + millisMax;
    while (!condition.getAsBoolean()) {
      if (nowMillis >= end) {
        return false;
      }
      run(50);
    }
    return true;
  }

  /** Cuts one direction. */
  void cut(int from, int to) {
    cut.add(new Link(nodes.get(from).address(), nodes.get(to).address()));
  }

  /** Cuts a node off from all others, both ways. */
  void isolate(int node) {
    for (int other = 0; other < nodes.size(); other++) {
      if (other != node) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  void heal(int from, int to) {
    cut.remove(new Link(nodes.get(from).address(), nodes.get(to).address()));
  }

  void network(double loss, double duplicates, int delayMaxMillis) {
    lossRate = loss;
    duplicateRate = duplicates;
    delayMillisMax = delayMaxMillis;
  }

  /** All links work and keep the order, as TCP does; all nodes run and hold every space. */
  void heal() {
    cut.clear();
    network(0, 0, 1);
    for (VirtualNode node : nodes) {
      if (!node.isRunning()) {
        node.start();
      }
      SPACES.forEach(node::open);
    }
  }

  private boolean passes(HostPort from, HostPort to) {
    return !cut.contains(new Link(from, to));
  }

  private VirtualNode at(HostPort address) {
    return nodes.stream().filter(n -> n.address().equals(address)).findFirst().orElseThrow();
  }

  void send(HostPort from, HostPort to, Message message, long fragmentId) {
    sent.merge(message.getClass().getSimpleName(), 1L, Long::sum);
    byte[] bytes = MessageFormat.encode(message);
    List<byte[]> packets = Fragments.split(bytes, fragmentId);
    for (int i = 0; i < packets.size(); i++) {
      boolean lost = i > 0 && fault == PlantedFault.DROPS_FRAGMENTS;
      if (!lost) {
        packet(from, to, packets.get(i));
      }
    }
  }

  private void packet(HostPort from, HostPort to, byte[] packet) {
    int copies = random.nextDouble() < duplicateRate ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextDouble() < lossRate) {
        continue;
      }
      // A delay of its own for every packet: they overtake each other unless it is always 1 ms.
      after(
          1 + random.nextInt(delayMillisMax),
          () -> {
            if (passes(from, to)) {
              at(to).onPacket(from, packet);
            }
          });
    }
  }

  /** A connection needs both directions. */
  void probe(VirtualNode from, HostPort to) {
    int generation = from.generation();
    after(
        2,
        () -> {
          if (at(to).isRunning()
              && from.generation() == generation
              && passes(from.address(), to)
              && passes(to, from.address())) {
            from.onProbed(to);
          }
        });
  }

  /** Everybody holds every space with the same frontier and digest. */
  boolean isConverged() {
    for (String space : SPACES) {
      for (VirtualNode node : nodes) {
        if (!node.isSettled(space) || !node.agreesWith(nodes.get(0), space)) {
          return false;
        }
      }
    }
    return true;
  }

  /** What must hold after healing and quiet time. */
  void checkConverged(long millisMax) {
    if (!runUntil(this::isConverged, millisMax)) {
      StringBuilder text = new StringBuilder("not converged after " + millisMax + " ms:");
      nodes.forEach(node -> text.append('\n').append(node));
      throw new MeshOracle.Violation(text.toString());
    }
    nodes.forEach(VirtualNode::checkAll);
  }

  /** After convergence nodes say hello and compare sums, and nothing else. */
  void checkIdle() {
    run(1_000);
    sent.clear();
    int millis = 4_000;
    run(millis);
    GossipSettings settings = GossipSettings.DEFAULT;
    long pairs = (long) nodes.size() * (nodes.size() - 1);
    long hellosMax = pairs * (millis / settings.helloMillis() + 2);
    // The interval is between half and one and a half of what is set.
    long summariesMax = (long) nodes.size() * (2 * millis / settings.repairMillis() + 2);
    Set<String> others = new HashSet<>(sent.keySet());
    others.removeAll(Set.of("Hello", "Summary"));
    if (!others.isEmpty()
        || sent.getOrDefault("Hello", 0L) > hellosMax
        || sent.getOrDefault("Summary", 0L) > summariesMax) {
      throw new MeshOracle.Violation("the mesh does not fall silent: " + sent);
    }
  }
}
