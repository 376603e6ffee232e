package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.ByteWriter;

/** The bytes of a diff as it was received. Immutable. */
public final class EncodedDiff {
  private final byte[] bytes;

  /** The array is handed over. */
  public EncodedDiff(byte[] bytes) {
    this.bytes = bytes;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  void writeRaw(ByteWriter out) {
    out.raw(bytes);
  }

  void write(ByteWriter out) {
    out.bytes(bytes);
  }
}
