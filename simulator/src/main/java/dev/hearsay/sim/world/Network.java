package dev.hearsay.sim.world;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The links between the nodes, each direction by itself. */
public final class Network {
  private static final int SENT = 2;

  /** Up to so many nodes the last hello of every link is remembered, beyond it of every node. */
  private static final int HELLOS_PER_LINK_NODES_MAX = 64;

  /** A link that is worse than the others. */
  private record Trouble(long slowNanos, double lossRate) {}

  /** The last hello over a link, which is nearly always the same. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Hello(Message message, byte[] bytes, Message read) {}

  private final World world;
  private final int nodes;
  private final SplittableRandom random;
  private final Latency latency;
  private final boolean inOrder;
  private final long bytesPerSecond;
  private final BitSet cut;
  private final @Nullable BitSet open;
  private final Map<Integer, Trouble> troubles = new HashMap<>();
  private final @Nullable Hello[] hellos;
  private final long[] lastArrivalNanos;
  private final long[] busyUntilNanos;
  private double lossRate;
  private double duplicateRate;
  private long reorderNanos;
  private long fragmentIds;
  private Predicate drops = (from, to, message, packet) -> false;

  /** Decides about one packet. */
  interface Predicate {
    boolean test(int from, int to, Message message, int packet);
  }

  Network(World world, WorldSettings settings, SplittableRandom random) {
    this.world = world;
    this.nodes = settings.nodes();
    this.random = random;
    this.latency = settings.latency();
    this.inOrder = settings.inOrder();
    this.bytesPerSecond = settings.bytesPerSecond();
    this.lossRate = settings.lossRate();
    this.duplicateRate = settings.duplicateRate();
    this.cut = new BitSet(nodes * nodes);
    this.open = settings.topology() == null ? null : links(settings.topology());
    this.hellos = new Hello[nodes <= HELLOS_PER_LINK_NODES_MAX ? nodes * nodes : nodes];
    this.lastArrivalNanos = new long[inOrder ? nodes * nodes : 0];
    this.busyUntilNanos = new long[nodes];
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

  private boolean passes(int from, int to) {
    return isLink(from, to) && !cut.get(from * nodes + to);
  }

  /** Cuts one direction: what is sent, and what is on its way, is lost. */
  public void cut(int from, int to) {
    cut.set(from * nodes + to);
  }

  /** Lets packets of one direction through again. */
  public void restore(int from, int to) {
    cut.clear(from * nodes + to);
  }

  /** Packets of one direction take longer, and more of them get lost. */
  public void worsen(int from, int to, long slowNanos, double loss) {
    troubles.put(from * nodes + to, new Trouble(slowNanos, loss));
  }

  /** Takes {@link #worsen} back. */
  public void mend(int from, int to) {
    troubles.remove(from * nodes + to);
  }

  /** All links lose and double packets from now on. */
  public void quality(double loss, double duplicates) {
    lossRate = loss;
    duplicateRate = duplicates;
  }

  /** Packets overtake each other by up to so much; 0 for none that do. */
  public void reorder(long nanos) {
    reorderNanos = nanos;
  }

  /** All links work again, as the settings say. */
  public void heal(WorldSettings settings) {
    cut.clear();
    troubles.clear();
    reorderNanos = 0;
    quality(settings.lossRate(), settings.duplicateRate());
  }

  /** Packets that a planted fault makes away with. */
  void dropping(Predicate dropped) {
    drops = dropped;
  }

  void send(int from, HostPort address, Message message) {
    int to = world.indexOf(address);
    if (message instanceof Message.Hello hello && to >= 0) {
      sendHello(from, to, hello);
      return;
    }
    byte[] bytes = MessageFormat.encode(message);
    world.tally().sent(message, bytes.length);
    world.trace().add(world.nowNanos(), SENT, from, to, bytes);
    if (to < 0 || !isLink(from, to)) {
      return;
    }
    world.sent(from, to, message, bytes.length);
    if (bytes.length <= Fragments.FRAGMENT_BYTES) {
      packet(from, to, bytes, null, message, 0);
      return;
    }
    List<byte[]> packets = Fragments.split(bytes, ++fragmentIds);
    for (int i = 0; i < packets.size(); i++) {
      packet(from, to, packets.get(i), null, message, i);
    }
  }

  /** Says the same over and over: it is encoded, and read back, only when it differs. */
  private void sendHello(int from, int to, Message.Hello message) {
    int place = nodes <= HELLOS_PER_LINK_NODES_MAX ? from * nodes + to : from;
    Hello last = hellos[place];
    if (last == null || !last.message().equals(message)) {
      byte[] bytes = MessageFormat.encode(message);
      last = new Hello(message, bytes, MessageFormat.decode(bytes));
      hellos[place] = last;
    }
    world.tally().sent(message, last.bytes().length);
    world.trace().add(world.nowNanos(), SENT, from, to);
    if (isLink(from, to)) {
      packet(from, to, last.bytes(), last.read(), message, 0);
    }
  }

  private void packet(
      int from, int to, byte[] bytes, @Nullable Message read, Message message, int index) {
    if (drops.test(from, to, message, index)) {
      return;
    }
    int copies = duplicateRate > 0 && random.nextDouble() < duplicateRate ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (lossRate > 0 && random.nextDouble() < lossRate) {
        continue;
      }
      Trouble trouble = troubles.isEmpty() ? null : troubles.get(from * nodes + to);
      if (trouble != null && random.nextDouble() < trouble.lossRate()) {
        continue;
      }
      world.at(
          arrival(from, to, bytes.length, trouble),
          () -> {
            if (passes(from, to)) {
              VirtualNode receiver = world.node(to);
              if (read != null) {
                receiver.onMessage(world.addressOf(from), read);
              } else {
                receiver.onPacket(world.addressOf(from), bytes);
              }
            }
          });
    }
  }

  private long arrival(int from, int to, int bytes, @Nullable Trouble trouble) {
    long leaves = world.nowNanos();
    if (bytesPerSecond > 0) {
      leaves = Math.max(leaves, busyUntilNanos[from]) + bytes * 1_000_000_000L / bytesPerSecond;
      busyUntilNanos[from] = leaves;
    }
    long arrives = leaves + latency.draw(random) + (trouble == null ? 0 : trouble.slowNanos());
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

  /** A connection needs both directions. */
  void probe(VirtualNode from, HostPort address) {
    int to = world.indexOf(address);
    if (to < 0 || !isLink(from.index(), to) || !isLink(to, from.index())) {
      return;
    }
    int life = from.life();
    world.at(
        world.nowNanos() + latency.draw(random) + latency.draw(random),
        () -> {
          if (from.life() == life
              && world.node(to).isRunning()
              && passes(from.index(), to)
              && passes(to, from.index())) {
            from.onProbed(address);
          }
        });
  }
}
