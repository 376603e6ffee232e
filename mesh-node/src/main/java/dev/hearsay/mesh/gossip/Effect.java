package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the gossip wants done; an interpreter does it. */
public sealed interface Effect {
  /** Send the message; it may be lost. */
  record Send(HostPort to, Message message) implements Effect {}

  /**
   * Give the space these changes, then report with {@link Gossip#delivered}.
   *
   * @param receipt to hand back
   */
  record Deliver(String space, HostPort from, Receipt receipt, List<EncodedChange> changes)
      implements Effect {
    public Deliver {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Have the space begin to stage this transfer, then report with {@link Gossip#staged}, once what
   * the report says is durable. In order with {@link DeliverPiece}.
   *
   * @param head the encoded diff without its elements
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record DeliverHead(String space, HostPort from, Message.StateOffer offer, byte[] head)
      implements Effect {}

  /** Have the space stage this piece, then report as for {@link DeliverHead}. */
  record DeliverPiece(String space, HostPort from, Message.StatePiece piece) implements Effect {}

  /** Read pieces of the frozen state, then report with {@link Gossip#read}. Takes a while. */
  record ReadState(
      OutgoingState state, String space, HostPort to, long transfer, long from, int bytesMax)
      implements Effect {}

  /** What to hand back when a delivery is dealt with. */
  sealed interface Receipt {
    /** What the delivery weighs, as {@link Undelivered} counts. */
    long weight();
  }

  /** Of a push. */
  record PushReceipt(long sequence, long weight) implements Receipt {}

  /** Of an answer. */
  record AnswerReceipt(Message.Then then, long weight) implements Receipt {}

  /** Ask the space what a peer at this frontier lacks, and report with {@link Gossip#served}. */
  record Serve(String space, HostPort to, VersionVector frontier, int bytesMax) implements Effect {}

  /** As {@link Serve}, for a peer to whom a transfer came in part. */
  record ServeRest(
      String space, HostPort to, VersionVector frontier, StagingReport.Mark mark, int bytesMax)
      implements Effect {}

  /**
   * A peer speaks of branches: tell the space, do as it says ({@link ForkGossip#avoid} and so on),
   * and report with {@link ForkGossip#heard} that it has heard it, whether it could do something or
   * not.
   *
   * @param others the frontiers of the peers with which the space is exchanged, in reach or silent
   */
  record ForkHeard(String space, HostPort from, ForkTalk talk, Map<HostPort, VersionVector> others)
      implements Effect {
    public ForkHeard {
      // In one order on every JVM: whom a node asks first must not depend on chance.
      others = Collections.unmodifiableMap(new TreeMap<>(others));
    }
  }

  /** Have the space compare the chains of its replicas with the peer's. */
  record ForkSuspected(String space, HostPort peer) implements Effect {}

  /** This node was running under that incarnation before, as a peer knows: remember it. */
  record WasIncarnation(long incarnation) implements Effect {}

  /** Another process is the same node, and the older one: become another node. */
  record GiveUpIdentity(HostPort to) implements Effect {}

  /**
   * The space may not be here and another node has all of it up to that frontier on its disk:
   * remove it from the disk and from memory. Then, before any of it is gone, call {@link
   * Gossip#closed}; or {@link Gossip#stays}, if it has moved on or may be here again. Until one of
   * the two is called, this node vouches for nothing of the space. May come more than once.
   *
   * @param by the other node; null if there is nothing to have
   */
  record Purge(String space, @Nullable HostPort by, VersionVector covered) implements Effect {}

  /**
   * Every known holder of the space has all of that: what is held for the others' sake need not be
   * held any more. Losing this effect costs memory, nothing else.
   */
  record Stable(String space, VersionVector frontier) implements Effect {}

  /** This node's clock has come to be off, or is right again: refuse to write, or do not. */
  record ClockJudged(ClockGuard.Verdict verdict) implements Effect {}

  /** Find out whether the address accepts connections; if so, call {@link Gossip#probed}. */
  record Probe(HostPort address) implements Effect {}

  /**
   * The operation has its acknowledgement.
   *
   * @param frontier what the voters that count have durable
   */
  record Acknowledged(long operation, VersionVector frontier) implements Effect {}

  /** The operation does not get its acknowledgement. */
  record NotAcknowledged(long operation, Shortfall shortfall) implements Effect {}

  /** Vote in the catalogue; once that is durable, report with {@link Acknowledgements#voted}. */
  record Vote(HostPort from, Message.VoteAsk ask) implements Effect {}

  /**
   * Put the chosen voters in force in the catalogue; once that is durable, report with {@link
   * Acknowledgements#settled}.
   */
  record Settle(long operation, String space, long version, List<String> voters)
      implements Effect {}

  /** This node has everything it may have acknowledged: forget that it ever lost some of it. */
  record Trusted(String space) implements Effect {}

  /** This node has lost something that it acknowledged: remember that until it is trusted. */
  record Doubted(String space) implements Effect {}

  /**
   * This voter has the space removed: remember to doubt what it gets back, if it ever does.
   *
   * @param stood where the space stood: what was acknowledged of it is in that
   */
  record Left(Message.Row stood) implements Effect {}

  /**
   * Messages of a node of another mesh were refused: count them.
   *
   * @param messages at least 1
   * @param isNew whether that node was not known before: say so
   * @param detail who it is
   */
  record Outside(HostPort peer, int messages, boolean isNew, String detail) implements Effect {}

  /** Something an operator wants to know. */
  record Report(HostPort peer, Event event, String detail) implements Effect {}

  /** What is reported. */
  enum Event {
    /** A peer answers, for the first time or again. */
    PEER_REACHABLE,
    /** A peer has fallen silent. */
    PEER_UNREACHABLE,
    /** A peer has not answered for so long that its address is not tried any more. */
    PEER_FORGOTTEN,
    /** A state is still on its way in: how far it is. */
    TRANSFER_GOES_ON,
    /** A state has come and is joined, durably. */
    TRANSFER_JOINED,
    /** A state is over a limit, malformed, or contradicts what is here. */
    TRANSFER_REFUSED,
    /** A message is refused, of a space that its sender or this node may not hold. */
    MISPLACED,
    /**
     * A message is refused that its sender has no business to say, or something about closed
     * vectors is not what it claims to be, or over a limit.
     */
    REFUSED,
    /** Equal frontiers, unequal content: one of the two is damaged. */
    DIVERGED,
    /** A voter is of an older version: it counts by counters, whatever branches it holds. */
    OLDER_VOTER,
    /** A peer lacks what only a state brings, and does not understand that it is offered one. */
    OLDER_PEER,
    /** A peer's clock is further off than is allowed, or this node's is. */
    CLOCKS_DIFFER,
    /** Two processes claim to be the same node. */
    TWINS
  }
}
