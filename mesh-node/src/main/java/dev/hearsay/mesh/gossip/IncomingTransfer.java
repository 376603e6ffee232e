package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A state on its way in: the head is gathered here, pieces go to the space as they come, in order;
 * a gap is asked for again. Not thread-safe.
 */
final class IncomingTransfer {
  /** A space that has reported nothing for so long will not. */
  private static final int STUCK_MILLIS = 60_000;

  private record Undurable(long upTo, int bytes) {}

  final Peer peer;
  final HostPort from;
  final Message.StateOffer offer;
  final long sinceMillis;

  /** When the last message came that brought something. */
  long heardMillis;

  /** When the space last made something durable. */
  private long movedMillis;

  long reportedMillis;
  long bytes;
  private final ByteWriter head = new ByteWriter();
  private final Deque<Undurable> undurable = new ArrayDeque<>();
  private long undurableBytes;
  private boolean headDurable;
  private long arrived;
  private long durable;
  private long credit;
  private boolean allCame;

  IncomingTransfer(Peer peer, Message.StateOffer offer, long nowMillis) {
    this.peer = peer;
    this.from = peer.address;
    this.offer = offer;
    this.sinceMillis = nowMillis;
    this.heardMillis = nowMillis;
    this.reportedMillis = nowMillis;
    this.movedMillis = nowMillis;
  }

  boolean is(HostPort sender, long transfer) {
    return from.equals(sender) && offer.transfer() == transfer;
  }

  /** Takes bytes of the head if they are the next. */
  boolean take(Message.StateHead message, long nowMillis) {
    int size = message.piece().sizeBytes();
    if (allCame
        || message.offset() != head.size()
        || size == 0
        || size > offer.headBytes() - head.size()) {
      return false;
    }
    head.raw(message.piece().unsafe());
    heardMillis = nowMillis;
    spend(size, message.last());
    return true;
  }

  boolean hasHead() {
    return head.size() == offer.headBytes();
  }

  byte[] head() {
    return head.toByteArray();
  }

  /** Takes a piece if it is the next. */
  boolean take(Message.StatePiece piece, long nowMillis) {
    if (allCame
        || !hasHead()
        || piece.from() != arrived
        || piece.elements() > offer.elements() - arrived) {
      return false;
    }
    int size = piece.piece().sizeBytes();
    arrived += piece.elements();
    undurable.addLast(new Undurable(arrived, size));
    undurableBytes += size;
    heardMillis = nowMillis;
    spend(size, piece.last());
    return true;
  }

  /** More than was asked for is not taken, whatever the sender says. */
  private void spend(int size, boolean last) {
    bytes += size;
    credit -= size;
    allCame = last || credit <= 0;
  }

  /** The space has made so many elements durable, or at least the head. */
  void durable(long elements, long nowMillis) {
    movedMillis = nowMillis;
    headDurable = true;
    durable = Math.max(durable, elements);
    while (!undurable.isEmpty() && undurable.peekFirst().upTo() <= durable) {
      undurableBytes -= undurable.removeFirst().bytes();
    }
  }

  long durable() {
    return durable;
  }

  /** Whether all that was asked for has come, there is more, and the disk keeps up. */
  boolean isReadyForMore(int creditBytes) {
    return allCame && undurableBytes <= creditBytes && (arrived < offer.elements() || !hasHead());
  }

  /** Whether it waits for this node's own disk, which is at work. */
  boolean waitsForDisk(long nowMillis) {
    return !waitsForSender() && nowMillis - Math.max(heardMillis, movedMillis) < STUCK_MILLIS;
  }

  /** Whether everything that has come is durable, so that only the sender is waited for. */
  boolean waitsForSender() {
    return undurable.isEmpty()
        && (headDurable || !hasHead())
        && (arrived < offer.elements() || !hasHead());
  }

  /** Asks for what has not come. */
  Message.StateAsk ask(int creditBytes) {
    allCame = false;
    credit = creditBytes;
    return new Message.StateAsk(offer.space(), offer.transfer(), head.size(), arrived, creditBytes);
  }

  TransferView view(boolean waiting, long nowMillis) {
    return new TransferView(
        offer.space(),
        from,
        durable,
        offer.elements(),
        bytes,
        offer.bytes() + offer.headBytes(),
        waiting,
        nowMillis - sinceMillis);
  }
}
