package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.List;

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

  /** Give the space this diff, then report with {@link Gossip#delivered}. */
  record DeliverDiff(String space, HostPort from, TransferBytes diff) implements Effect {}

  /** What to hand back when a delivery is dealt with. */
  sealed interface Receipt {}

  /** Of a push. */
  record PushReceipt(long sequence) implements Receipt {}

  /** Of an answer or a diff. */
  record AnswerReceipt(Message.Then then) implements Receipt {}

  /** Ask the space what a peer at this frontier lacks, and report with {@link Gossip#served}. */
  record Serve(String space, HostPort to, VersionVector frontier, int bytesMax) implements Effect {}

  /**
   * The space may not be here and another node has all of it up to that frontier on its disk:
   * remove it from the disk and from memory, unless it has moved on, then call {@link
   * Gossip#closed}. May come more than once.
   */
  record Purge(String space, VersionVector covered) implements Effect {}

  /** Find out whether the address accepts connections; if so, call {@link Gossip#probed}. */
  record Probe(HostPort address) implements Effect {}

  /** Something an operator wants to know. */
  record Report(HostPort peer, Event event, String detail) implements Effect {}

  /** What is reported. */
  enum Event {
    /** A peer answers, for the first time or again. */
    PEER_REACHABLE,
    /** A peer has fallen silent. */
    PEER_UNREACHABLE,
    /** A message is refused, of a space that its sender or this node may not hold. */
    MISPLACED,
    /** Equal frontiers, unequal content: one of the two is damaged. */
    DIVERGED
  }
}
