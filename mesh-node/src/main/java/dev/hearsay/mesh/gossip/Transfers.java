package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Diffs on their way in pieces, out and in; one for a space and peer at a time. Not thread-safe.
 */
final class Transfers {
  private final GossipSettings settings;
  private final Map<String, IncomingTransfer> incoming = new HashMap<>();
  private final Map<HostPort, Map<String, OutgoingTransfer>> outgoing = new HashMap<>();
  private long lastId;

  /**
   * None under way.
   *
   * @param incarnation where the numbering starts, so that pieces of a transfer from before a
   *     restart are not taken for pieces of one after it
   */
  Transfers(GossipSettings settings, long incarnation) {
    this.settings = settings;
    this.lastId = incarnation;
  }

  /** The first pieces of a new transfer, which takes the place of an older one. */
  List<Message> begin(HostPort to, String space, TransferBytes diff, long nowMillis) {
    OutgoingTransfer transfer = new OutgoingTransfer(space, ++lastId, diff, nowMillis);
    outgoing.computeIfAbsent(to, address -> new HashMap<>()).put(space, transfer);
    return transfer.pieces(0);
  }

  /** The pieces asked for; none if the transfer has been given up. */
  List<Message> more(HostPort to, Message.WantPieces want, long nowMillis) {
    OutgoingTransfer transfer = outgoing.getOrDefault(to, Map.of()).get(want.space());
    if (transfer == null || !transfer.is(want.transfer())) {
      return List.of();
    }
    transfer.usedMillis = nowMillis;
    return transfer.pieces(want.fromIndex());
  }

  /** Takes a piece; gives what to do now: deliver the whole, or ask for more. */
  Optional<Effect> take(HostPort from, Message.StatePiece piece, long nowMillis) {
    IncomingTransfer transfer = incoming.get(piece.space());
    if (transfer == null || !transfer.is(from, piece.transfer())) {
      transfer = new IncomingTransfer(from, piece.transfer(), piece.count(), nowMillis);
      incoming.put(piece.space(), transfer);
    }
    if (!transfer.take(piece, nowMillis)) {
      return Optional.empty();
    }
    if (transfer.isComplete()) {
      incoming.remove(piece.space());
      return Optional.of(new Effect.DeliverDiff(piece.space(), from, transfer.whole()));
    }
    return transfer.next() % OutgoingTransfer.PIECES_AT_ONCE == 0
        ? Optional.of(new Effect.Send(from, transfer.want(piece.space())))
        : Optional.empty();
  }

  /** Asks again where a piece, or the request for more, was lost. */
  List<Effect.Send> resume(long nowMillis) {
    List<Effect.Send> effects = new ArrayList<>();
    incoming.forEach(
        (space, transfer) -> {
          if (nowMillis - transfer.heardMillis > settings.askAgainMillis() / 4) {
            transfer.heardMillis = nowMillis;
            effects.add(new Effect.Send(transfer.from, transfer.want(space)));
          }
        });
    return effects;
  }

  /** Forgets outgoing transfers that nobody fetches. */
  void expire(long nowMillis) {
    for (Map<String, OutgoingTransfer> transfersTo : outgoing.values()) {
      transfersTo
          .values()
          .removeIf(transfer -> nowMillis - transfer.usedMillis > 2L * settings.askAgainMillis());
    }
    outgoing.values().removeIf(Map::isEmpty);
  }

  /** Gives up what is coming in for the space. */
  void giveUp(String space) {
    incoming.remove(space);
  }

  void forget(HostPort peer) {
    incoming.values().removeIf(transfer -> transfer.from.equals(peer));
    outgoing.remove(peer);
  }
}
