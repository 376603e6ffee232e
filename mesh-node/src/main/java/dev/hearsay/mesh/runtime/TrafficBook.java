package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what passes between this node and each peer, by kind of message, and what is rejected.
 * Bounded: peers beyond {@link Gossip#PEERS_MAX} are counted together. Thread-safe.
 */
final class TrafficBook {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficBook.class);

  /** Of a reason that is kept: it may quote what a peer made up. */
  private static final int REASON_CHARS_MAX = 500;

  /** What is rejected; each is counted, and told, for itself. */
  enum Kind {
    /** Could not be read, or was none of the peer's business. */
    MESSAGE,
    /** Contradicts what is here. */
    CHANGE,
    /** Contradicts what is here, or is over a limit. */
    STATE
  }

  /**
   * How much was rejected by now.
   *
   * @param isDue whether that is worth a line: a power of two was reached
   */
  record Tally(long count, boolean isDue) {
    static Tally of(long before, int more) {
      long count = before + more;
      return new Tally(count, Long.highestOneBit(before) != Long.highestOneBit(count));
    }
  }

  private static final class Line {
    final SortedMap<String, NodeMetrics.Traffic> sent = new TreeMap<>();
    final SortedMap<String, NodeMetrics.Traffic> received = new TreeMap<>();
    final Map<Kind, Long> rejected = new EnumMap<>(Kind.class);
    long duplicates;
    long heldDropped;
    String lastRejection = "";

    NodeMetrics.PeerTraffic view(String address) {
      return new NodeMetrics.PeerTraffic(
          address,
          sent,
          received,
          rejected.values().stream().mapToLong(Long::longValue).sum(),
          lastRejection,
          duplicates,
          heldDropped);
    }
  }

  /** What was said in the log. */
  final Notices notices = new Notices();

  private final SortedMap<HostPort, Line> peers = new TreeMap<>();

  /** Those for whom there was no line left. */
  private @Nullable Line others;

  /** Also of messages without a sender. */
  private long rejected;

  private long withoutSender;
  private long outside;

  /** What bounds that are not the gossip's made this node forget, by name. */
  private final SortedMap<String, Long> forgotten = new TreeMap<>();

  synchronized void sent(HostPort to, Message message, int bytes) {
    add(line(to).sent, message, bytes);
  }

  synchronized void received(HostPort from, Message message, int bytes) {
    add(line(from).received, message, bytes);
  }

  /** Messages, as {@link #rejected(HostPort, Kind, int, String)}. */
  Tally rejected(HostPort from, int count, String reason) {
    return rejected(from, Kind.MESSAGE, count, reason);
  }

  /** Returns how much of that kind was rejected of the peer by now. */
  synchronized Tally rejected(HostPort from, Kind kind, int count, String reason) {
    Line line = line(from);
    Tally tally = Tally.of(line.rejected.getOrDefault(kind, 0L), count);
    line.rejected.put(kind, tally.count());
    rejected += count;
    line.lastRejection =
        reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX) + "…";
    return tally;
  }

  /** Messages of peers that could not be told apart any more. */
  synchronized void rejectedOfOthers(int count, String reason) {
    Line line = others();
    line.rejected.merge(Kind.MESSAGE, (long) count, Long::sum);
    line.lastRejection = reason;
    rejected += count;
  }

  /** Messages were dropped of which nobody can say who sent them. */
  synchronized Tally withoutSender(int count) {
    Tally tally = Tally.of(withoutSender, count);
    withoutSender = tally.count();
    rejected += count;
    return tally;
  }

  /** The peer brought so many changes that were here already. */
  synchronized void duplicates(HostPort from, int changes) {
    line(from).duplicates += changes;
  }

  /** The peer brought so many changes, or deliveries, for which there was no room to wait. */
  synchronized void heldDropped(HostPort from, int changes) {
    line(from).heldDropped += changes;
  }

  /** Something went because of that bound. */
  synchronized void forgot(String bound) {
    forgotten.merge(bound, 1L, Long::sum);
  }

  /** How much went, by bound. */
  synchronized SortedMap<String, Long> forgotten() {
    return new TreeMap<>(forgotten);
  }

  /** Messages came from a node of another mesh: who that is, is said once. */
  void outside(Effect.Outside messages) {
    outside(messages.peer(), messages.messages(), messages.detail());
    if (messages.isNew()) {
      LOG.warn(
          "at {}, {}: nothing is taken from it, and nothing told to it. If the two belong together,"
              + " give them the same mesh; if not, take its address out of the peers to join",
          messages.peer(),
          messages.detail());
    }
  }

  /** So many messages came from a node of another mesh. */
  synchronized void outside(HostPort from, int count, String reason) {
    outside += count;
    rejected(from, count, reason);
  }

  /** How many came from nodes of other meshes. */
  synchronized long outside() {
    return outside;
  }

  /** How much was rejected of all peers. */
  synchronized long rejected() {
    return rejected;
  }

  synchronized NodeMetrics metrics() {
    List<NodeMetrics.PeerTraffic> traffic = new ArrayList<>();
    peers.forEach((address, line) -> traffic.add(line.view(address.toString())));
    if (others != null) {
      traffic.add(others.view(NodeMetrics.OTHERS));
    }
    return new NodeMetrics(traffic);
  }

  private Line line(HostPort peer) {
    Line line = peers.get(peer);
    if (line != null) {
      return line;
    }
    if (peers.size() >= Gossip.PEERS_MAX) {
      return others();
    }
    line = new Line();
    peers.put(peer, line);
    return line;
  }

  private Line others() {
    Line line = others == null ? new Line() : others;
    others = line;
    return line;
  }

  private static void add(
      SortedMap<String, NodeMetrics.Traffic> byKind, Message message, int bytes) {
    byKind.merge(
        message.getClass().getSimpleName(),
        new NodeMetrics.Traffic(1, bytes),
        (sum, one) ->
            new NodeMetrics.Traffic(sum.messages() + one.messages(), sum.bytes() + one.bytes()));
  }
}
