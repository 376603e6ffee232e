package dev.hearsay.mesh;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has passed between a node and its peers since it started.
 *
 * @param peers by address; also those that have gone
 */
public record NodeMetrics(List<PeerTraffic> peers) {
  /** In the place of an address: all peers beyond the first 1,000 together. */
  public static final String OTHERS = "others";

  public NodeMetrics {
    peers = List.copyOf(peers);
  }

  /**
   * What has passed between a node and one peer. Bytes are those of whole messages, before they are
   * cut and framed for the network, which adds less than 0.1 % to large and about 100 bytes to
   * small ones. Membership is not in it.
   *
   * @param address {@code host:port}, or {@link #OTHERS}
   * @param sent by kind of message
   * @param received by kind of message, of what could be read
   * @param rejected messages that could not be read, those of nodes of other meshes, and changes
   *     and states that contradict what is here or are over a limit
   * @param lastRejection why the last of them was; empty if there was none
   * @param duplicates changes that were here already
   * @param heldDropped changes that came before what they depend on, and deliveries that came
   *     before branches were compared, for which there was no room to wait, or no answer
   */
  public record PeerTraffic(
      String address,
      SortedMap<String, Traffic> sent,
      SortedMap<String, Traffic> received,
      long rejected,
      String lastRejection,
      long duplicates,
      long heldDropped) {
    public PeerTraffic {
      sent = Collections.unmodifiableSortedMap(new TreeMap<>(sent));
      received = Collections.unmodifiableSortedMap(new TreeMap<>(received));
    }
  }

  /** So many messages, of so many bytes together. */
  public record Traffic(long messages, long bytes) {}

  /** To all peers, in bytes. */
  public long bytesSent() {
    return peers.stream().mapToLong(peer -> bytes(peer.sent())).sum();
  }

  /** From all peers, in bytes. */
  public long bytesReceived() {
    return peers.stream().mapToLong(peer -> bytes(peer.received())).sum();
  }

  /** From all peers. */
  public long rejected() {
    return peers.stream().mapToLong(PeerTraffic::rejected).sum();
  }

  private static long bytes(SortedMap<String, Traffic> byKind) {
    return byKind.values().stream().mapToLong(Traffic::bytes).sum();
  }
}
