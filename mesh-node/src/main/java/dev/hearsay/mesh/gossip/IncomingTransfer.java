package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import java.util.ArrayList;
import java.util.List;

/** A diff on its way in. Pieces come in order; a gap is asked for again. */
final class IncomingTransfer {
  final HostPort from;
  private final long transfer;
  private final int count;
  private final List<Piece> pieces = new ArrayList<>();
  private int bytes;
  long heardMillis;

  IncomingTransfer(HostPort from, long transfer, int count, long nowMillis) {
    this.from = from;
    this.transfer = transfer;
    this.count = count;
    this.heardMillis = nowMillis;
  }

  boolean is(HostPort sender, long id) {
    return from.equals(sender) && transfer == id;
  }

  /** Takes the piece if it is the next; false if it is not, or is larger than pieces are. */
  boolean take(Message.StatePiece piece, long nowMillis) {
    int size = piece.piece().sizeBytes();
    if (piece.index() != pieces.size()
        || piece.count() != count
        || size > OutgoingTransfer.PIECE_BYTES
        || bytes > Integer.MAX_VALUE - size) {
      return false;
    }
    pieces.add(piece.piece());
    bytes += size;
    heardMillis = nowMillis;
    return true;
  }

  boolean isComplete() {
    return pieces.size() == count;
  }

  /** The index of the first piece that is not here. */
  int next() {
    return pieces.size();
  }

  /** Asks for the pieces that are not here. */
  Message.WantPieces want(String space) {
    return new Message.WantPieces(space, transfer, next());
  }

  TransferBytes whole() {
    byte[] whole = new byte[bytes];
    int at = 0;
    for (Piece piece : pieces) {
      piece.copyTo(whole, at);
      at += piece.sizeBytes();
    }
    return new TransferBytes(whole);
  }
}
