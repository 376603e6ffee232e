package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what passes between this node and each peer, by kind of message, and what is rejected.
 * Bounded: peers beyond {@link Gossip#PEERS_MAX} are not counted. Thread-safe.
 */
final class TrafficBook {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficBook.class);

  /** Of a reason that is kept: it may quote what a peer made up. */
  private static final int REASON_CHARS_MAX = 500;

  private static final class Line {
    final SortedMap<String, NodeMetrics.Traffic> sent = new TreeMap<>();
    final SortedMap<String, NodeMetrics.Traffic> received = new TreeMap<>();
    long rejected;
    String lastRejection = "";
  }

  private final SortedMap<HostPort, Line> peers = new TreeMap<>();

  /** Also of peers that are not counted one by one. */
  private long rejected;

  private long outside;

  synchronized void sent(HostPort to, Message message, int bytes) {
    add(line(to).sent, message, bytes);
  }

  synchronized void received(HostPort from, Message message, int bytes) {
    add(line(from).received, message, bytes);
  }

  /** Returns how much of that peer was rejected by now. */
  synchronized long rejected(HostPort from, int count, String reason) {
    Line line = line(from);
    line.rejected += count;
    rejected += count;
    line.lastRejection =
        reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX) + "…";
    return line.rejected;
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
    peers.forEach(
        (address, line) ->
            traffic.add(
                new NodeMetrics.PeerTraffic(
                    address.toString(),
                    line.sent,
                    line.received,
                    line.rejected,
                    line.lastRejection)));
    return new NodeMetrics(traffic);
  }

  private Line line(HostPort peer) {
    Line line = peers.get(peer);
    if (line == null) {
      line = new Line();
      if (peers.size() < Gossip.PEERS_MAX) {
        peers.put(peer, line);
      }
    }
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
