package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A change with its bytes, which are made once: these bytes are journaled, pushed, repaired from
 * and exported. Immutable.
 */
public final class EncodedChange {
  private final Change change;
  private final byte[] bytes;
  private final long last;
  private final long hash;

  /**
   * Pairs a change with its bytes; the caller, a codec, vouches that they belong together and hands
   * the array over.
   */
  public EncodedChange(Change change, byte[] bytes) {
    this.change = change;
    this.bytes = bytes;
    this.last = change.last();
    this.hash = ByteBuffer.wrap(Sha256.of(bytes)).getLong();
  }

  public Change change() {
    return change;
  }

  /** Counter of the change's last dot. */
  public long last() {
    return last;
  }

  /** The first 8 bytes of the SHA-256 of the bytes: a link of the replica's chain. */
  public long hash() {
    return hash;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  /** Length and bytes. */
  public void write(ByteWriter out) {
    out.bytes(bytes);
  }

  /** Whether these are its bytes. */
  public boolean isOf(byte[] others) {
    return Arrays.equals(bytes, others);
  }

  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return change.name() + " (" + bytes.length + " bytes)";
  }
}
