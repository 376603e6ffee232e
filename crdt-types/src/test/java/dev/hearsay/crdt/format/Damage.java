package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hearsay.crdt.value.RejectedException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Damages framed bytes in every small way and sees what a decoder does. */
final class Damage {
  private static final int HEADER_BYTES = 6;

  /** What decoding may allocate: some for exceptions, the rest in proportion to the input. */
  private static final long ALLOCATION_BYTES_MIN = 1_000_000;

  private static final long ALLOCATION_PER_BYTE = 200;

  private Damage() {}

  /** The same bytes with the checksum that their kind, version and body call for. */
  static byte[] resealed(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 2);
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    byte[] sealed = bytes.clone();
    ByteBuffer.wrap(sealed).putInt(2, (int) crc.getValue());
    return sealed;
  }

  /** A frame around a body. */
  static byte[] framed(int kind, int version, byte[] body) {
    byte[] bytes = new byte[HEADER_BYTES + body.length];
    bytes[0] = (byte) kind;
    bytes[1] = (byte) version;
    System.arraycopy(body, 0, bytes, HEADER_BYTES, body.length);
    return resealed(bytes);
  }

  static void everyPrefixIsRejected(byte[] bytes, Consumer<byte[]> decode) {
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> decode.accept(prefix), "prefix of " + length);
      if (length >= HEADER_BYTES) {
        byte[] sealed = resealed(prefix);
        assertThrows(RejectedException.class, () -> decode.accept(sealed), "sealed " + length);
      }
    }
  }

  static void everyChangedByteIsRejected(byte[] bytes, Consumer<byte[]> decode) {
    for (int at = 0; at < bytes.length; at++) {
      for (int flip = 1; flip < 256; flip++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) flip;
        assertThrows(RejectedException.class, () -> decode.accept(changed), "byte " + at);
      }
    }
  }

  /**
   * Every change of one byte of the body under a right checksum: rejected, or {@code use} works.
   */
  static void everyForgedByteIsRejectedOrUsable(byte[] bytes, Consumer<byte[]> use) {
    int used = 0;
    for (int at = HEADER_BYTES; at < bytes.length; at++) {
      for (int flip = 1; flip < 256; flip++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) flip;
        used += rejectedOrUsable(resealed(changed), use) ? 1 : 0;
      }
    }
    assertTrue(used > 0, "some forgeries cannot be told from what might have been meant");
  }

  /** True if it was usable; anything thrown but a rejection passes through. */
  static boolean rejectedOrUsable(byte[] bytes, Consumer<byte[]> use) {
    long before = allocatedBytes();
    boolean usable;
    try {
      use.accept(bytes);
      usable = true;
    } catch (RejectedException e) {
      usable = false;
    }
    long allocated = allocatedBytes() - before;
    assertTrue(
        allocated <= ALLOCATION_BYTES_MIN + ALLOCATION_PER_BYTE * bytes.length,
        allocated + " bytes allocated for " + bytes.length);
    return usable;
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
