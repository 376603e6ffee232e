package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** A frozen diff that a peer fetches piece by piece. */
final class OutgoingTransfer {
  /** Bytes of one piece. */
  static final int PIECE_BYTES = 32 << 10;

  /** Pieces sent for one request. */
  static final int PIECES_AT_ONCE = 16;

  private final String space;
  private final long transfer;
  private final TransferBytes bytes;
  long usedMillis;

  OutgoingTransfer(String space, long transfer, TransferBytes bytes, long nowMillis) {
    this.space = space;
    this.transfer = transfer;
    this.bytes = bytes;
    this.usedMillis = nowMillis;
  }

  boolean is(long id) {
    return transfer == id;
  }

  List<Message> pieces(int fromIndex) {
    int count = Math.max(1, (bytes.sizeBytes() + PIECE_BYTES - 1) / PIECE_BYTES);
    List<Message> pieces = new ArrayList<>();
    for (int i = fromIndex; i < Math.min(count, fromIndex + PIECES_AT_ONCE); i++) {
      pieces.add(
          new Message.StatePiece(
              space, transfer, i, count, bytes.piece(i * PIECE_BYTES, PIECE_BYTES)));
    }
    return pieces;
  }
}
