package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.MeshTraffic;
import dev.hearsay.mesh.TransferStatus;
import dev.hearsay.mesh.gossip.Bound;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.Traffic;
import dev.hearsay.mesh.gossip.TransferView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the limits do, for the API. */
final class TrafficViews {
  private static final int DOUBTS_MAX = 100;

  private TrafficViews() {}

  /** By name; those that did nothing are left out. */
  private static SortedMap<String, Long> forgotten(
      Traffic.Counts counts, TrafficBook book, long pieces) {
    SortedMap<String, Long> forgotten = new TreeMap<>();
    counts.forgotten().forEach((bound, count) -> forgotten.put(bound.label(), count));
    forgotten.putAll(book.forgotten());
    if (pieces > 0) {
      forgotten.put(Bound.FRAGMENTS.label(), pieces);
    }
    return forgotten;
  }

  /**
   * Of one node.
   *
   * @param pieces how often messages in pieces were forgotten
   */
  static MeshTraffic of(Gossip gossip, TrafficBook book, long pieces, long nowMillis) {
    List<TransferStatus> transfers = new ArrayList<>();
    for (TransferView view : gossip.transfers(nowMillis)) {
      transfers.add(
          new TransferStatus(
              view.space(),
              view.from().toString(),
              view.elements(),
              view.elementsTotal(),
              view.bytes(),
              view.bytesTotal(),
              view.waiting(),
              Duration.ofMillis(view.millis())));
    }
    Traffic.Counts counts = gossip.traffic();
    return new MeshTraffic(
        transfers,
        counts.transfersIn(),
        counts.transfersOut(),
        counts.transfersRefused(),
        counts.transfersBroken(),
        counts.transfersPutOff(),
        counts.transferElementsIn(),
        counts.transferBytesIn(),
        counts.transferBytesOut(),
        counts.pushesDropped(),
        counts.answersPutOff(),
        counts.heldDropped(),
        counts.deliveriesRefused(),
        book.rejected(),
        book.outside(),
        counts.closedUnknown(),
        counts.closedRefused(),
        counts.peersForgotten(),
        gossip.books().unsettledSpaces(),
        gossip.acknowledgements().inDoubt(DOUBTS_MAX, nowMillis),
        forgotten(counts, book, pieces));
  }
}
