package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.ByteWriter;
import java.util.Arrays;

/** Bytes of a larger whole. Immutable. */
public final class Piece {
  private final byte[] bytes;

  private Piece(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies a stretch of the whole. */
  public static Piece of(byte[] whole, int from, int toExclusive) {
    return new Piece(Arrays.copyOfRange(whole, from, toExclusive));
  }

  public int sizeBytes() {
    return bytes.length;
  }

  /** All of these bytes, which must not be changed any more. */
  public static Piece of(byte[] whole) {
    return new Piece(whole);
  }

  /** The bytes themselves, which the caller must not change. */
  public byte[] unsafe() {
    return bytes;
  }

  /** Copies the piece to its place in the whole. */
  public void copyTo(byte[] whole, int at) {
    System.arraycopy(bytes, 0, whole, at, bytes.length);
  }

  void write(ByteWriter out) {
    out.bytes(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Piece that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
