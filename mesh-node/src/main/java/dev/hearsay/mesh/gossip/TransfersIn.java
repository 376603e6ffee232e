package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * States on their way in: one for a space at a time, few in all. The receiver asks for as much as
 * it has room for, so that neither a fast sender nor a slow disk here makes anything grow. Where
 * one breaks off, the space keeps what is durable of it, and it is gone on with. Not thread-safe.
 */
final class TransfersIn {
  private static final int REPORT_MILLIS = 5_000;

  /** After a refusal the peer is not asked for the space for so long. */
  private static final int SHUN_MILLIS = 60_000;

  private static final int SHUNNED_MAX = 10_000;

  private record Source(String space, HostPort from) {}

  private final GossipSettings settings;
  private final GossipLimits limits;
  private final Traffic traffic;
  private final Map<String, IncomingTransfer> active = new HashMap<>();
  private final Map<String, IncomingTransfer> waiting = new LinkedHashMap<>();
  private final Map<String, StagingReport.Mark> marks = new HashMap<>();
  private final Map<Source, Long> shunned = new HashMap<>();

  TransfersIn(GossipSettings settings, GossipLimits limits, Traffic traffic) {
    this.settings = settings;
    this.limits = limits;
    this.traffic = traffic;
  }

  /** What is staged of the space, durably; null for nothing. */
  void mark(String space, StagingReport.@Nullable Mark mark) {
    if (mark == null) {
      marks.remove(space);
    } else {
      marks.put(space, mark);
    }
  }

  StagingReport.@Nullable Mark mark(String space) {
    return marks.get(space);
  }

  /** Whether the peer's state of the space was refused lately. */
  boolean isShunned(String space, HostPort from, long nowMillis) {
    Long until = shunned.get(new Source(space, from));
    return until != null && nowMillis < until;
  }

  /** Takes an offer; false if it is refused. */
  boolean offered(Peer peer, Message.StateOffer offer, List<Effect> effects, long nowMillis) {
    IncomingTransfer known = active.getOrDefault(offer.space(), waiting.get(offer.space()));
    if (known != null && known.is(peer.address, offer.transfer())) {
      return true;
    }
    String over = overLimit(offer);
    if (over != null) {
      refuse(offer.space(), peer.address, over, effects, nowMillis);
      return false;
    }
    if (active.remove(offer.space()) != null) {
      traffic.transfersBroken++;
    }
    waiting.remove(offer.space());
    IncomingTransfer transfer = new IncomingTransfer(peer, offer, nowMillis);
    if (active.size() < limits.transfersInMax()) {
      start(transfer, effects);
    } else {
      waiting.put(offer.space(), transfer);
    }
    return true;
  }

  private @Nullable String overLimit(Message.StateOffer offer) {
    if (offer.elements() > limits.elementsMax()) {
      return offer.elements() + " elements; the limit is " + limits.elementsMax();
    }
    if (offer.bytes() > limits.bytesMax()) {
      return offer.bytes() + " bytes; the limit is " + limits.bytesMax();
    }
    if (offer.headBytes() > limits.headBytesMax()) {
      return offer.headBytes() + " bytes of its head; the limit is " + limits.headBytesMax();
    }
    return null;
  }

  private void start(IncomingTransfer transfer, List<Effect> effects) {
    active.put(transfer.offer.space(), transfer);
    transfer.peer.send(transfer.ask(limits.creditBytes()), effects);
  }

  private void refuse(
      String space, HostPort from, String why, List<Effect> effects, long nowMillis) {
    traffic.transfersRefused++;
    shunned.values().removeIf(until -> nowMillis >= until);
    if (shunned.size() < SHUNNED_MAX) {
      shunned.put(new Source(space, from), nowMillis + SHUN_MILLIS);
    } else {
      traffic.forgot(Bound.SHUNNED, 1);
    }
    effects.add(refusal(space, from, why));
  }

  private static Effect refusal(String space, HostPort from, String why) {
    return new Effect.Report(from, Effect.Event.TRANSFER_REFUSED, "space '" + space + "': " + why);
  }

  /** Whether the message brought something. */
  boolean take(Peer peer, Message.StateHead head, List<Effect> effects, long nowMillis) {
    IncomingTransfer transfer = active.get(head.space());
    if (transfer == null
        || !transfer.is(peer.address, head.transfer())
        || !transfer.take(head, nowMillis)) {
      return false;
    }
    traffic.transferBytesIn += head.piece().sizeBytes();
    if (transfer.hasHead()) {
      effects.add(
          new Effect.DeliverHead(head.space(), peer.address, transfer.offer, transfer.head()));
    }
    askForMore(transfer, effects);
    return true;
  }

  /** Whether the message brought something. */
  boolean take(Peer peer, Message.StatePiece piece, List<Effect> effects, long nowMillis) {
    IncomingTransfer transfer = active.get(piece.space());
    if (transfer == null
        || !transfer.is(peer.address, piece.transfer())
        || !transfer.take(piece, nowMillis)) {
      return false;
    }
    traffic.transferBytesIn += piece.piece().sizeBytes();
    traffic.transferElementsIn += piece.elements();
    if (transfer.bytes > limits.bytesMax()) {
      end(piece.space(), effects);
      refuse(piece.space(), peer.address, "more bytes than the limit", effects, nowMillis);
      return false;
    }
    effects.add(new Effect.DeliverPiece(piece.space(), peer.address, piece));
    askForMore(transfer, effects);
    return true;
  }

  private void askForMore(IncomingTransfer transfer, List<Effect> effects) {
    if (transfer.isReadyForMore(limits.creditBytes())) {
      transfer.peer.send(transfer.ask(limits.creditBytes()), effects);
    }
  }

  /** The space tells how far it is; true if the transfer is over. */
  boolean staged(
      String space, HostPort from, StagingReport report, List<Effect> effects, long nowMillis) {
    mark(space, report.mark());
    IncomingTransfer transfer = active.get(space);
    if (transfer == null || !transfer.is(from, report.transfer())) {
      if (report.state() == StagingReport.State.REFUSED) {
        effects.add(refusal(space, from, String.valueOf(report.why()))); // given up meanwhile
      }
      return false;
    }
    switch (report.state()) {
      case GOES_ON -> {
        transfer.durable(report.taken(), nowMillis);
        askForMore(transfer, effects);
        return false;
      }
      case COMMITTED -> {
        transfer.durable(transfer.offer.elements(), nowMillis);
        traffic.transfersIn++;
        String done = transfer.view(false, nowMillis).toString();
        effects.add(new Effect.Report(from, Effect.Event.TRANSFER_JOINED, done));
      }
      case OUT_OF_PLACE -> traffic.transfersBroken++;
      case REFUSED -> refuse(space, from, String.valueOf(report.why()), effects, nowMillis);
    }
    end(space, effects);
    return true;
  }

  /** The sender knows nothing of it any more; true if it was on its way. */
  boolean gone(Peer peer, Message.StateGone gone, List<Effect> effects) {
    IncomingTransfer transfer = active.get(gone.space());
    boolean known = transfer != null && transfer.is(peer.address, gone.transfer());
    if (known) {
      traffic.transfersBroken++;
      end(gone.space(), effects);
    }
    return known;
  }

  /** Gives up what is coming in for the space, for now. */
  void giveUp(String space, List<Effect> effects) {
    if (active.containsKey(space)) {
      traffic.transfersBroken++;
    }
    end(space, effects);
  }

  private void end(String space, List<Effect> effects) {
    active.remove(space);
    waiting.remove(space);
    Iterator<IncomingTransfer> next = waiting.values().iterator();
    while (next.hasNext() && active.size() < limits.transfersInMax()) {
      IncomingTransfer transfer = next.next();
      next.remove();
      start(transfer, effects);
    }
  }

  /** Nothing more comes from the peer for now. */
  void forget(HostPort peer, List<Effect> effects) {
    List<String> broken = new ArrayList<>();
    active.forEach((space, transfer) -> addIf(transfer.from.equals(peer), space, broken));
    waiting.forEach((space, transfer) -> addIf(transfer.from.equals(peer), space, broken));
    broken.forEach(space -> giveUp(space, effects));
  }

  private static void addIf(boolean condition, String space, List<String> spaces) {
    if (condition) {
      spaces.add(space);
    }
  }

  /** The space is not here any more. */
  void closed(String space, List<Effect> effects) {
    marks.remove(space);
    end(space, effects);
  }

  /** Asks again where something was lost, and says how far transfers are. */
  void onTick(List<Effect> effects, long nowMillis) {
    for (IncomingTransfer transfer : active.values()) {
      if (transfer.waitsForSender()
          && nowMillis - transfer.heardMillis > settings.askAgainMillis() / 4) {
        transfer.heardMillis = nowMillis;
        transfer.peer.send(transfer.ask(limits.creditBytes()), effects);
      }
      if (nowMillis - transfer.reportedMillis >= REPORT_MILLIS) {
        transfer.reportedMillis = nowMillis;
        effects.add(
            new Effect.Report(
                transfer.from,
                Effect.Event.TRANSFER_GOES_ON,
                transfer.view(false, nowMillis).toString()));
      }
    }
  }

  /** Whether a state of the space comes from the peer, or is going to. */
  boolean isComing(String space, HostPort from) {
    IncomingTransfer transfer = active.getOrDefault(space, waiting.get(space));
    return transfer != null && transfer.from.equals(from);
  }

  /** Whether the request for the space waits for something here, and not for the peer. */
  boolean isBusy(String space, long nowMillis) {
    IncomingTransfer transfer = active.get(space);
    return waiting.containsKey(space) || (transfer != null && transfer.waitsForDisk(nowMillis));
  }

  List<TransferView> views(long nowMillis) {
    List<TransferView> views = new ArrayList<>();
    active.values().forEach(transfer -> views.add(transfer.view(false, nowMillis)));
    waiting.values().forEach(transfer -> views.add(transfer.view(true, nowMillis)));
    return views;
  }
}
