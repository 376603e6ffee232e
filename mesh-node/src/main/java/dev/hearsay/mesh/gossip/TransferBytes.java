package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Piece;

/** A whole transfer's bytes. Immutable. */
public final class TransferBytes {
  private final byte[] bytes;

  /** The array is handed over. */
  public TransferBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  /** The bytes themselves, which the caller must not change. */
  public byte[] unsafe() {
    return bytes;
  }

  Piece piece(int from, int length) {
    return Piece.of(bytes, from, Math.min(bytes.length, from + length));
  }
}
