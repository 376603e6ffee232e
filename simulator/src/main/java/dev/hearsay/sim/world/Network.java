package dev.hearsay.sim.world;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The links between the nodes, each direction by itself. */
public final class Network {
  private static final int SENT = 2;

  /** Up to so many nodes the last hello of every link is remembered, beyond it of every node. */
  private static final int HELLOS_PER_LINK_NODES_MAX = 64;

  /** What waits longer than this to be sent is given up, as a transport with a full queue does. */
  private static final long QUEUE_NANOS_MAX = 5_000_000_000L;

  private final World world;
  private final int nodes;
  private final SplittableRandom random;
  private final Latency latency;

  /** How far it is over each link; null where it is the same over all. */
  private final double @Nullable [] distances;

  private final boolean inOrder;
  private final long bytesPerSecond;
  private final int[] cuts;
  private final @Nullable BitSet open;
  private final Map<Integer, Long> slownessNanos = new HashMap<>();
  private final Map<Integer, Layers> narrowness = new HashMap<>();
  private final Layers losses = new Layers();
  private final Layers duplicates = new Layers();
  private final Layers reorders = new Layers();

  /** The last hello over each link, which is nearly always the same. */
  private final Reading.@Nullable Sent[] hellos;

  /** The last message of each node, which often goes to several others. */
  private final Reading.@Nullable Sent[] last;

  private final Reading reading = new Reading();
  private final long[] lastArrivalNanos;
  private final long[] busyUntilNanos;
  private final double usualLossRate;
  private final double usualDuplicateRate;
  private double lossRate;
  private double duplicateRate;
  private long reorderNanos;
  private long fragmentIds;
  private Predicate drops = (from, to, message, packet) -> false;

  /** Decides about one packet. */
  interface Predicate {
    boolean test(int from, int to, Message message, int packet);
  }

  /** Reads the messages of this world. */
  Reading reading() {
    return reading;
  }

  Network(World world, WorldSettings settings, SplittableRandom random) {
    this.world = world;
    this.nodes = settings.nodes();
    this.random = random;
    this.latency = settings.latency();
    this.distances = latency.spread() == 1 ? null : distances(settings);
    this.inOrder = settings.inOrder();
    this.bytesPerSecond = settings.bytesPerSecond();
    this.usualLossRate = settings.lossRate();
    this.usualDuplicateRate = settings.duplicateRate();
    this.cuts = new int[nodes * nodes];
    weigh();
    this.open = settings.topology() == null ? null : links(settings.topology());
    this.hellos = new Reading.Sent[nodes <= HELLOS_PER_LINK_NODES_MAX ? nodes * nodes : nodes];
    this.last = new Reading.Sent[nodes];
    this.lastArrivalNanos = new long[inOrder ? nodes * nodes : 0];
    this.busyUntilNanos = new long[nodes];
  }

  private static double[] distances(WorldSettings settings) {
    int nodes = settings.nodes();
    double[] distances = new double[nodes * nodes];
    for (int from = 0; from < nodes; from++) {
      for (int to = 0; to < nodes; to++) {
        distances[from * nodes + to] = settings.latency().distance(settings.seed(), from, to);
      }
    }
    return distances;
  }

  private static BitSet links(Topology topology) {
    int nodes = topology.size();
    BitSet links = new BitSet(nodes * nodes);
    for (int from = 0; from < nodes; from++) {
      for (int to : topology.links().get(from)) {
        links.set(from * nodes + to);
      }
    }
    return links;
  }

  /** Whether there is such a link, cut or not. */
  boolean isLink(int from, int to) {
    return from != to && (open == null || open.get(from * nodes + to));
  }

  /** Whether the link lets packets through now. */
  boolean passes(int from, int to) {
    return isLink(from, to) && cuts[from * nodes + to] == 0;
  }

  /**
   * Cuts one direction: what is sent, and what is on its way, is lost. One that is cut twice must
   * be restored twice.
   */
  public void cut(int from, int to) {
    cuts[from * nodes + to]++;
  }

  /** Takes one {@link #cut} back. */
  public void restore(int from, int to) {
    int link = from * nodes + to;
    cuts[link] = Math.max(0, cuts[link] - 1);
  }

  /** Packets of one direction take so much longer from now on; less, if that is negative. */
  public void slow(int from, int to, long nanos) {
    slownessNanos.merge(
        from * nodes + to, nanos, (some, more) -> some + more == 0 ? null : some + more);
  }

  /** All links lose so much more of their packets; run what is returned to end that. */
  public Runnable lose(double rate) {
    return weighed(losses.add(rate));
  }

  /** So many more packets come twice; run what is returned to end that. */
  public Runnable duplicate(double rate) {
    return weighed(duplicates.add(rate));
  }

  /** Packets overtake each other by up to so much; run what is returned to end that. */
  public Runnable reorder(long nanos) {
    return weighed(reorders.add((double) nanos));
  }

  /** The node sends no more than so many bytes a second; run what is returned to end that. */
  public Runnable narrow(int node, double bytesASecond) {
    return narrowness.computeIfAbsent(node, n -> new Layers()).add(bytesASecond);
  }

  private Runnable weighed(Runnable end) {
    weigh();
    return () -> {
      end.run();
      weigh();
    };
  }

  private void weigh() {
    lossRate = losses.anyOf(usualLossRate);
    duplicateRate = duplicates.anyOf(usualDuplicateRate);
    reorderNanos = (long) reorders.greatest();
  }

  /** All links work again, as the settings say. */
  public void heal() {
    Arrays.fill(cuts, 0);
    slownessNanos.clear();
    narrowness.clear();
    losses.clear();
    duplicates.clear();
    reorders.clear();
    weigh();
  }

  /** How links are now, for people: equal where they are equal. */
  String condition() {
    return "cuts %s, slowness %s, rates %s, loss %.6f, duplicates %.6f, overtaking %d"
        .formatted(
            Arrays.toString(cuts),
            new TreeMap<>(slownessNanos),
            IntStream.range(0, nodes).mapToObj(this::rate).toList(),
            lossRate,
            duplicateRate,
            reorderNanos);
  }

  /** Packets that a planted fault makes away with. */
  void dropping(Predicate dropped) {
    drops = dropped;
  }

  void send(int from, HostPort address, Message message) {
    int to = world.indexOf(address);
    Reading.Sent sent = sent(from, to, message);
    world.tally().sent(message, sent.bytes().length);
    world.trace().add(world.nowNanos(), SENT, from, to, sent.checksum());
    if (to < 0 || !isLink(from, to)) {
      return;
    }
    world.sent(from, to, message, sent.bytes().length);
    HostPort sender = world.addressOf(from);
    if (sent.bytes().length <= Fragments.FRAGMENT_BYTES) {
      packet(
          from, to, sent.bytes().length, message, 0, receiver -> receiver.onMessage(sender, sent));
      return;
    }
    List<byte[]> packets = Fragments.split(sent.bytes(), ++fragmentIds);
    for (int i = 0; i < packets.size(); i++) {
      byte[] bytes = packets.get(i);
      packet(from, to, bytes.length, message, i, receiver -> receiver.onPacket(sender, bytes));
    }
  }

  /** With the bytes that it had when it was sent before, if it was just now. */
  private Reading.Sent sent(int from, int to, Message message) {
    Reading.Sent before;
    if (message instanceof Message.Hello && to >= 0) {
      int place = nodes <= HELLOS_PER_LINK_NODES_MAX ? from * nodes + to : from;
      before = hellos[place];
      if (before == null || !before.message().equals(message)) {
        before = reading.new Sent(message);
        hellos[place] = before;
      }
      return before;
    }
    before = last[from];
    if (before == null || !before.isOf(message)) {
      before = reading.new Sent(message);
      last[from] = before;
    }
    return before;
  }

  private void packet(
      int from, int to, int bytes, Message message, int index, Consumer<VirtualNode> arrival) {
    if (drops.test(from, to, message, index)) {
      return;
    }
    int copies = duplicateRate > 0 && random.nextDouble() < duplicateRate ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (lossRate > 0 && random.nextDouble() < lossRate) {
        continue;
      }
      long arrives = arrival(from, to, bytes);
      if (arrives < 0) {
        continue;
      }
      world.at(
          arrives,
          () -> {
            if (passes(from, to)) {
              arrival.accept(world.node(to));
            }
          });
    }
  }

  /** When it arrives; negative if it is given up. */
  long arrival(int from, int to, int bytes) {
    long leaves = world.nowNanos();
    double rate = rate(from);
    if (rate > 0) {
      leaves = Math.max(leaves, busyUntilNanos[from]) + (long) (bytes * 1e9 / rate);
      if (leaves - world.nowNanos() > QUEUE_NANOS_MAX) {
        return -1;
      }
      busyUntilNanos[from] = leaves;
    }
    long arrives = leaves + onItsWay(from, to);
    if (!slownessNanos.isEmpty()) {
      arrives += slownessNanos.getOrDefault(from * nodes + to, 0L);
    }
    if (reorderNanos > 0) {
      return arrives + random.nextLong(reorderNanos);
    }
    if (inOrder) {
      int link = from * nodes + to;
      arrives = Math.max(arrives, lastArrivalNanos[link]);
      lastArrivalNanos[link] = arrives;
    }
    return arrives;
  }

  /** How long a packet takes, of what is always so. */
  private long onItsWay(int from, int to) {
    return latency.draw(random, distances == null ? 1 : distances[from * nodes + to]);
  }

  /** Bytes a second that the node can send; 0 for no bound. */
  private double rate(int node) {
    Layers narrow = narrowness.isEmpty() ? null : narrowness.get(node);
    if (narrow == null || narrow.isEmpty()) {
      return bytesPerSecond;
    }
    return narrow.least(bytesPerSecond == 0 ? Double.MAX_VALUE : bytesPerSecond);
  }

  /** A connection needs both directions. */
  void probe(VirtualNode from, HostPort address) {
    int to = world.indexOf(address);
    if (to < 0 || !isLink(from.index(), to) || !isLink(to, from.index())) {
      return;
    }
    int life = from.life();
    world.at(
        world.nowNanos() + onItsWay(from.index(), to) + onItsWay(to, from.index()),
        () -> {
          if (world.node(to).isRunning() && passes(from.index(), to) && passes(to, from.index())) {
            from.whenAwake(life, () -> from.onProbed(address));
          }
        });
  }
}
