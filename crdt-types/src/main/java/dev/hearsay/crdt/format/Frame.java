package dev.hearsay.crdt.format;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What stands around every body: {@code | kind 1B | version 1B | crc32c 4B | body |}. */
final class Frame {
  private static final int CHECKSUM_AT = 2;
  private static final int HEADER_BYTES = 6;

  private Frame() {}

  /** A writer of the body, of about that many bytes; to be given to {@link #end}. */
  static ByteWriter begin(int kind, int version, int bodyBytes) {
    return new ByteWriter(HEADER_BYTES + bodyBytes).u8(kind).u8(version).fixed32(0);
  }

  /** All the bytes. The checksum covers kind, version and body. */
  static byte[] end(ByteWriter body) {
    byte[] bytes = body.toByteArray();
    int checksum = checksum(bytes[0], bytes[1], bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    ByteBuffer.wrap(bytes).putInt(CHECKSUM_AT, checksum);
    return bytes;
  }

  /** A reader of the body, once kind, version and checksum are right. */
  static ByteReader open(int kind, int version, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int foundKind = in.u8();
    if (foundKind != kind) {
      throw RejectedException.malformed("kind " + foundKind + " where " + kind + " is expected");
    }
    int foundVersion = in.u8();
    if (foundVersion != version) {
      throw new RejectedException(
          RejectedException.Reason.UNKNOWN_VERSION,
          "format version " + foundVersion + "; this build reads " + version);
    }
    int expected = in.fixed32();
    if (checksum(kind, version, bytes, HEADER_BYTES, bytes.length - HEADER_BYTES) != expected) {
      throw RejectedException.malformed("the checksum is wrong");
    }
    return in;
  }

  private static int checksum(int kind, int version, byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(kind);
    crc.update(version);
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
