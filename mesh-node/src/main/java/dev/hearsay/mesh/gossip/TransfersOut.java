package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Frozen states on their way out: one for a space and peer at a time, few in all. Who asks from the
 * same base shares one. Nothing is sent that was not asked for. Not thread-safe.
 */
final class TransfersOut {
  /** A state that was frozen so long ago is not offered to others any more. */
  private static final int SHARED_MILLIS = 10_000;

  private static final int HEAD_PIECE_BYTES = OutgoingState.PIECE_BYTES;

  private static final class Outgoing {
    final long id;
    final OutgoingState state;
    final boolean resumes;
    final long frozenMillis;
    long usedMillis;

    /** How often one was offered, with those that this one took the place of. */
    final int offers;

    Outgoing(
        long id,
        OutgoingState state,
        boolean resumes,
        long frozenMillis,
        long nowMillis,
        int offers) {
      this.offers = offers;
      this.id = id;
      this.state = state;
      this.resumes = resumes;
      this.frozenMillis = frozenMillis;
      this.usedMillis = nowMillis;
    }

    Message.StateOffer offer(String space) {
      return new Message.StateOffer(
          space, id, resumes, state.elements(), state.bytes(), state.head().length);
    }
  }

  private final GossipLimits limits;
  private final Traffic traffic;
  private final Map<HostPort, Map<String, Outgoing>> outgoing = new HashMap<>();

  private long lastId;

  /**
   * None under way.
   *
   * @param incarnation where the numbering starts, so that pieces of a transfer from before a
   *     restart are not taken for pieces of one after it
   */
  TransfersOut(GossipLimits limits, Traffic traffic, long incarnation) {
    this.limits = limits;
    this.traffic = traffic;
    this.lastId = incarnation;
  }

  /** Whether one more may be begun for the peer. */
  boolean hasRoom(HostPort to, String space) {
    boolean replaces = outgoing.getOrDefault(to, Map.of()).containsKey(space);
    boolean room =
        replaces || outgoing.values().stream().mapToInt(Map::size).sum() < limits.transfersOutMax();
    if (!room) {
      traffic.transfersPutOff++;
    }
    return room;
  }

  /** An offer for one at that frontier of a state that is frozen already. */
  Optional<Message> share(HostPort to, String space, VersionVector frontier, long nowMillis) {
    for (Map<String, Outgoing> some : outgoing.values()) {
      Outgoing known = some.get(space);
      if (known != null
          && !known.resumes
          && nowMillis - known.frozenMillis < SHARED_MILLIS
          && !frontier.covers(known.state.frontier())
          && isMeet(known.state.base(), frontier, known.state.frontier())) {
        return Optional.of(begin(to, space, known.state, false, known.frozenMillis, nowMillis));
      }
    }
    return Optional.empty();
  }

  private static boolean isMeet(VersionVector base, VersionVector some, VersionVector other) {
    int met = 0;
    for (int i = 0; i < some.size(); i++) {
      long both = Math.min(some.counterAt(i), other.counter(some.replicaAt(i)));
      if (both != base.counter(some.replicaAt(i))) {
        return false;
      }
      met += both > 0 ? 1 : 0;
    }
    return met == base.size();
  }

  /** The offer of a new transfer, which takes the place of an older one. */
  Message begin(HostPort to, String space, OutgoingState state, boolean resumes, long nowMillis) {
    return begin(to, space, state, resumes, nowMillis, nowMillis);
  }

  private Message begin(
      HostPort to,
      String space,
      OutgoingState state,
      boolean resumes,
      long frozenMillis,
      long nowMillis) {
    traffic.transfersOut++;
    Outgoing before = outgoing.getOrDefault(to, Map.of()).get(space);
    int offers = before == null ? 1 : before.offers + 1;
    Outgoing transfer = new Outgoing(++lastId, state, resumes, frozenMillis, nowMillis, offers);
    outgoing.computeIfAbsent(to, address -> new HashMap<>()).put(space, transfer);
    return transfer.offer(space);
  }

  /** How often in a row the peer was offered a state of the space. */
  int offers(HostPort to, String space) {
    Outgoing known = outgoing.getOrDefault(to, Map.of()).get(space);
    return known == null ? 0 : known.offers;
  }

  private @Nullable Outgoing find(HostPort to, String space, long transfer) {
    Outgoing known = outgoing.getOrDefault(to, Map.of()).get(space);
    return known != null && known.id == transfer ? known : null;
  }

  /** Sends what was asked for, as far as it is head, and has the rest read. */
  void asked(Peer peer, Message.StateAsk ask, List<Effect> effects, long nowMillis) {
    peer.takesStates = true;
    peer.needsUpdate = false;
    Outgoing transfer = find(peer.address, ask.space(), ask.transfer());
    if (transfer == null) {
      peer.send(new Message.StateGone(ask.space(), ask.transfer()), effects);
      return;
    }
    transfer.usedMillis = nowMillis;
    long credit = Math.min(ask.bytes(), limits.creditBytes());
    byte[] head = transfer.state.head();
    int at = ask.headFrom();
    boolean hasElements = transfer.state.elements() > ask.from();
    while (at < head.length && credit > 0) {
      int end = (int) Math.min(head.length, (long) at + HEAD_PIECE_BYTES);
      credit -= end - at;
      traffic.transferBytesOut += end - at;
      boolean isLast = credit <= 0 || (end == head.length && !hasElements);
      peer.send(
          new Message.StateHead(ask.space(), ask.transfer(), at, isLast, Piece.of(head, at, end)),
          effects);
      at = end;
    }
    if (at >= head.length && credit > 0 && hasElements) {
      effects.add(
          new Effect.ReadState(
              transfer.state, ask.space(), peer.address, ask.transfer(), ask.from(), (int) credit));
    }
  }

  /** The pieces that {@link Effect.ReadState} asked for. */
  void read(
      Peer peer,
      String space,
      long transfer,
      List<OutgoingState.EncodedPiece> pieces,
      List<Effect> effects,
      long nowMillis) {
    Outgoing known = find(peer.address, space, transfer);
    if (known == null) {
      return;
    }
    known.usedMillis = nowMillis;
    for (int i = 0; i < pieces.size(); i++) {
      OutgoingState.EncodedPiece piece = pieces.get(i);
      traffic.transferBytesOut += piece.bytes().length;
      peer.send(
          new Message.StatePiece(
              space,
              transfer,
              piece.from(),
              piece.elements(),
              i == pieces.size() - 1,
              Piece.of(piece.bytes())),
          effects);
    }
  }

  /** Forgets transfers that nobody fetches. */
  void expire(long nowMillis) {
    for (Map<String, Outgoing> some : outgoing.values()) {
      some.values().removeIf(transfer -> nowMillis - transfer.usedMillis > limits.idleMillis());
    }
    outgoing.values().removeIf(Map::isEmpty);
  }

  void forget(HostPort peer) {
    outgoing.remove(peer);
  }

  void closed(String space) {
    outgoing.values().forEach(some -> some.remove(space));
  }
}
