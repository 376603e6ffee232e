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
  public NodeMetrics {
    peers = List.copyOf(peers);
  }

  /**
   * What has passed between a node and one peer. Bytes are those of whole messages, before they are
   * cut and framed for the network, which adds less than 0.1 % to large and about 100 bytes to
   * small ones. Membership is not in it.
   *
   * @param address {@code host:port}
   * @param sent by kind of message
   * @param received by kind of message, of what could be read
   * @param rejected messages that could not be read, those of nodes of other meshes, and changes
   *     and states that contradict what is here
   * @param lastRejection why the last of them was; empty if there was none
   */
  public record PeerTraffic(
      String address,
      SortedMap<String, Traffic> sent,
      SortedMap<String, Traffic> received,
      long rejected,
      String lastRejection) {
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
