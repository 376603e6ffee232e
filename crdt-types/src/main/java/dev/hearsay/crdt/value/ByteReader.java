package dev.hearsay.crdt.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Every length is checked against what is left before anything
 * is allocated, numbers must be in their shortest form, and text must be valid UTF-8; all else is
 * {@link RejectedException}. Not thread-safe.
 */
public final class ByteReader {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private final byte[] buffer;
  private final int limit;
  private int position;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(byte[] bytes, int from, int length) {
    if (from < 0 || length < 0 || from > bytes.length - length) {
      throw new IndexOutOfBoundsException(from + "+" + length + " of " + bytes.length);
    }
    buffer = bytes;
    position = from;
    limit = from + length;
  }

  public int remaining() {
    return limit - position;
  }

  public boolean atEnd() {
    return position == limit;
  }

  public int position() {
    return position;
  }

  public int u8() {
    need(1);
    return buffer[position++] & 0xff;
  }

  public int fixed32() {
    need(4);
    int value = (int) ByteWriter.INT.get(buffer, position);
    position += 4;
    return value;
  }

  public long fixed64() {
    need(8);
    long value = (long) ByteWriter.LONG.get(buffer, position);
    position += 8;
    return value;
  }

  public long varint() {
    if (position < limit && buffer[position] >= 0) {
      return buffer[position++];
    }
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      if (shift == 63 && next > 1) {
        throw RejectedException.malformed("a number of more than 64 bits");
      }
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (next == 0 && shift > 0) {
          throw RejectedException.malformed("a number that is not in its shortest form");
        }
        return value;
      }
    }
    throw RejectedException.malformed("a number of more than 10 bytes");
  }

  public long zigzag() {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number that must be at least {@code min} and fit a positive long. */
  public long varintAtLeast(long min, String what) {
    long value = varint();
    if (value < min) {
      throw RejectedException.malformed(what + " is " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** A count of things of at least {@code bytesEach} bytes, which therefore must still be here. */
  public int count(int bytesEach, String what) {
    long value = varint();
    if (value < 0 || value > remaining() / Math.max(1, bytesEach)) {
      throw RejectedException.malformed(
          Long.toUnsignedString(value) + " " + what + " in " + remaining() + " bytes");
    }
    return (int) value;
  }

  public byte[] bytes() {
    return raw(count(1, "bytes"));
  }

  public byte[] raw(int length) {
    need(length);
    byte[] value = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return value;
  }

  /** A reader of the next {@code length} bytes, which this one skips. */
  public ByteReader part(int length) {
    need(length);
    ByteReader part = new ByteReader(buffer, position, length);
    position += length;
    return part;
  }

  public String text() {
    int length = count(1, "bytes of text");
    String value =
        isAscii(length)
            ? new String(buffer, position, length, StandardCharsets.ISO_8859_1)
            : decode(length);
    position += length;
    return value;
  }

  /** The bytes of a text, which are valid UTF-8. */
  byte[] utf8() {
    int length = count(1, "bytes of text");
    if (!isAscii(length)) {
      decode(length);
    }
    return raw(length);
  }

  /** Most text is, and needs no decoder. */
  private boolean isAscii(int length) {
    int end = position + length;
    int at = position;
    long bits = 0;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      bits |= (long) ByteWriter.LONG.get(buffer, at);
    }
    for (; at < end; at++) {
      bits |= buffer[at];
    }
    return (bits & HIGH_BITS) == 0;
  }

  private String decode(int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(buffer, position, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(
          RejectedException.Reason.MALFORMED, "text that is not UTF-8 at byte " + position, e);
    }
  }

  /** Refuses bytes that nobody asked for. */
  public void end() {
    if (!atEnd()) {
      throw RejectedException.malformed(remaining() + " bytes too many");
    }
  }

  private void need(int bytes) {
    if (bytes < 0 || remaining() < bytes) {
      throw RejectedException.malformed(
          "cut short: " + bytes + " bytes wanted, " + remaining() + " left");
    }
  }
}
