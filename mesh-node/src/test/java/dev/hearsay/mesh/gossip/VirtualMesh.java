package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
  final VoterOracle voters = new VoterOracle();
  final PlantedFault fault;
  final SpaceLimits limits;
  final List<VirtualNode> nodes = new ArrayList<>();

  /** Messages sent, by kind. */
  final Map<String, Long> sent = new TreeMap<>();

  /** The same, in bytes. */
  final Map<String, Long> sentBytes = new TreeMap<>();

  /** Changes that crossed a link, in pushes and answers, and those of them that were there. */
  long crossings;

  long duplicates;

  private record Crossing(HostPort from, HostPort to, String space, ReplicaId origin, long last) {}

  /** What nodes do wrong about forks; null if there are none, and one would be a fault. */
  VirtualForks.@Nullable Fault forkFault;

  /** A planted fault: one that is drained itself is counted by another that is. */
  boolean countsOnLeavers;

  final DotBook dots = new DotBook();

  /** Messages of these kinds never get anywhere. */
  final Set<Class<? extends Message>> muted = new HashSet<>();

  /** What nodes do wrong with transfers. */
  TransferFault transferFault = TransferFault.NONE;

  /** Whether nodes prune a link at the first change that comes twice: a planted fault. */
  boolean prunesOnAnyDuplicate;

  /** What the books of all nodes go by; for nodes that start later. */
  BookSettings books = BookSettings.DEFAULT;

  /** Whether all disks must have what a node calls stable. */
  boolean checksStability;

  /** Whether disks get lost, so that a node may be sent what it once had. */
  boolean forgetful;

  private final Set<Crossing> arrived = new HashSet<>();
  private final Set<Link> closed = new HashSet<>();
  private final Map<Link, Integer> slow = new HashMap<>();

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

  /** From now on only these links exist, healed or not. */
  void restrict(int[][] links) {
    for (VirtualNode from : nodes) {
      for (VirtualNode to : nodes) {
        closed.add(new Link(from.address(), to.address()));
      }
    }
    for (int from = 0; from < links.length; from++) {
      for (int to : links[from]) {
        closed.remove(new Link(nodes.get(from).address(), nodes.get(to).address()));
      }
    }
  }

  /** Packets in both directions take that much longer. */
  void slow(int some, int other, int millis) {
    HostPort here = nodes.get(some).address();
    HostPort there = nodes.get(other).address();
    slow.put(new Link(here, there), millis);
    slow.put(new Link(there, here), millis);
  }

  private boolean passes(HostPort from, HostPort to) {
    return !cut.contains(new Link(from, to)) && !closed.contains(new Link(from, to));
  }

  /** A node has read the message. */
  void arrived(HostPort from, HostPort to, Message message) {
    Set<ReplicaId> repeated = new HashSet<>();
    changesOf(
        message,
        (space, change) -> {
          arrived.add(crossing(from, to, space, change));
          if (at(to).holds(space, change)) {
            repeated.add(change.change().replica());
          }
        });
    if (prunesOnAnyDuplicate && message instanceof Message.Push && !repeated.isEmpty()) {
      send(to, from, new Message.Prune(List.copyOf(repeated)), orders);
    }
  }

  /** A node that starts anew knows nothing of what it was told, and may be told what it said. */
  void forgetArrivals(HostPort node) {
    arrived.removeIf(crossing -> crossing.from().equals(node) || crossing.to().equals(node));
  }

  private static Crossing crossing(HostPort from, HostPort to, String space, EncodedChange change) {
    return new Crossing(from, to, space, change.change().replica(), change.last());
  }

  private static void changesOf(Message message, BiConsumer<String, EncodedChange> action) {
    if (message instanceof Message.Push push) {
      push.changes().forEach(change -> action.accept(push.space(), change));
    } else if (message instanceof Message.Answer answer) {
      answer.changes().forEach(change -> action.accept(answer.space(), change));
    }
  }

  private void count(HostPort from, HostPort to, Message message) {
    changesOf(
        message,
        (space, change) -> {
          crossings++;
          if (at(to).holds(space, change)) {
            duplicates++;
          }
          if (message instanceof Message.Push
              && !forgetful
              && arrived.contains(crossing(to, from, space, change))) {
            throw new MeshOracle.Violation(from + " sends " + change + " back to " + to);
          }
        });
  }

  private VirtualNode at(HostPort address) {
    return nodes.stream().filter(n -> n.address().equals(address)).findFirst().orElseThrow();
  }

  void send(HostPort from, HostPort to, Message message, long fragmentId) {
    if (muted.contains(message.getClass())) {
      return;
    }
    sent.merge(message.getClass().getSimpleName(), 1L, Long::sum);
    count(from, to, message);
    byte[] bytes = MessageFormat.encode(message);
    sentBytes.merge(message.getClass().getSimpleName(), (long) bytes.length, Long::sum);
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
          1 + random.nextInt(delayMillisMax) + slow.getOrDefault(new Link(from, to), 0),
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
    run(3_000);
    sent.clear();
    int millis = 4_000;
    run(millis);
    GossipSettings settings = GossipSettings.DEFAULT;
    // A hello goes to a peer in reach, every so often, and to whoever accepts a connection.
    long pairs = (long) nodes.size() * (nodes.size() - 1);
    long hellosMax = pairs * (millis / settings.helloMillis() + 2);
    // The interval is between half and one and a half of what is set.
    long summariesMax = (long) nodes.size() * (2 * millis / settings.repairMillis() + 2);
    Set<String> others = new HashSet<>(sent.keySet());
    others.removeAll(
        Set.of("Hello", "Summary", "ClockAsk", "ClockTell", "BookAsk", "BookTell", "Closing"));
    // Clocks are looked at every 5 s; who is not in reach is asked about every 2 s, if anyone is.
    long clocksMax = pairs * (millis / books.clockMillis() + 1);
    long asksMax = closed.isEmpty() ? 0 : (long) nodes.size() * (millis / books.askMillis() + 1);
    // Whom it was said in vain during a cut is told again, each time later; and answers.
    long closingsMax = 2 * pairs * SPACES.size();
    if (!others.isEmpty()
        || sent.getOrDefault("ClockAsk", 0L) > clocksMax
        || sent.getOrDefault("ClockTell", 0L) > clocksMax
        || sent.getOrDefault("BookAsk", 0L) > asksMax
        || sent.getOrDefault("BookTell", 0L) > asksMax
        || sent.getOrDefault("Closing", 0L) > closingsMax
        || sent.getOrDefault("Hello", 0L) > hellosMax
        || sent.getOrDefault("Summary", 0L) > summariesMax) {
      throw new MeshOracle.Violation("the mesh does not fall silent: " + sent);
    }
  }
}
