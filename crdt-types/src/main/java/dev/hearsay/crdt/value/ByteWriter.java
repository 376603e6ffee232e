package dev.hearsay.crdt.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing buffer. Fixed-width numbers are big-endian; variable-length ones are LEB128 (7 bits a
 * byte, lowest first, high bit set on all but the last byte). Not thread-safe.
 */
public final class ByteWriter {
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int SHORT_TEXT = 32;

  private byte[] buffer;
  private int size;

  public ByteWriter() {
    this(128);
  }

  public ByteWriter(int capacityBytes) {
    buffer = new byte[Math.max(16, capacityBytes)];
  }

  public int size() {
    return size;
  }

  /** Forgets what was written and keeps the buffer. */
  public ByteWriter reset() {
    size = 0;
    return this;
  }

  public ByteWriter u8(int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public ByteWriter fixed32(int value) {
    room(4);
    INT.set(buffer, size, value);
    size += 4;
    return this;
  }

  public ByteWriter fixed64(long value) {
    room(8);
    LONG.set(buffer, size, value);
    size += 8;
    return this;
  }

  /** An unsigned 64-bit number in 1 to 10 bytes. */
  public ByteWriter varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  /** A signed 64-bit number, small magnitudes short. */
  public ByteWriter zigzag(long value) {
    return varint((value << 1) ^ (value >> 63));
  }

  /** Length and bytes. */
  public ByteWriter bytes(byte[] value) {
    return varint(value.length).raw(value);
  }

  /** Length and UTF-8. */
  public ByteWriter text(String value) {
    return value.length() <= SHORT_TEXT && shortAscii(value)
        ? this
        : bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes most names, without a copy of their bytes; false, and nothing, if it cannot. */
  private boolean shortAscii(String value) {
    int length = value.length();
    room(1 + length);
    int at = size;
    buffer[at++] = (byte) length;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c > 0x7f) {
        return false;
      }
      buffer[at++] = (byte) c;
    }
    size = at;
    return true;
  }

  /** The bytes alone. */
  public ByteWriter raw(byte[] value) {
    return raw(value, 0, value.length);
  }

  public ByteWriter raw(byte[] value, int from, int length) {
    room(length);
    System.arraycopy(value, from, buffer, size, length);
    size += length;
    return this;
  }

  /** What another writer holds. */
  public ByteWriter raw(ByteWriter other) {
    return raw(other.buffer, 0, other.size);
  }

  /** A part of what another writer holds. */
  public ByteWriter raw(ByteWriter other, int from, int length) {
    if (from < 0 || length < 0 || from > other.size - length) {
      throw new IndexOutOfBoundsException(from + "+" + length + " of " + other.size);
    }
    return raw(other.buffer, from, length);
  }

  /** Length and contents of another writer. */
  public ByteWriter part(ByteWriter other) {
    return varint(other.size).raw(other.buffer, 0, other.size);
  }

  /** MurmurHash3 x64 128 of what was written: two words, the upper first. */
  public long[] murmur128(int seed) {
    return Murmur3.hash(buffer, size, seed);
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, bytes)));
    }
  }
}
