package dev.hearsay.crdt.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3 x64 128 (Appleby 2011), eight bytes at a time: a change is applied in less time than
 * three hashes take that read byte by byte.
 */
final class Murmur3 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK_BYTES = 16;

  private Murmur3() {}

  /** The hash of the first {@code length} bytes: two words, the upper first. */
  static long[] hash(byte[] bytes, int length, int seed) {
    long h1 = seed & 0xffff_ffffL;
    long h2 = h1;
    int tail = length & -BLOCK_BYTES;
    for (int at = 0; at < tail; at += BLOCK_BYTES) {
      h1 ^= mix1((long) LONG.get(bytes, at));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mix2((long) LONG.get(bytes, at + 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    int rest = length - tail;
    h1 ^= mix1(rest < 8 ? last(bytes, length, rest) : (long) LONG.get(bytes, tail));
    h2 ^= mix2(rest <= 8 ? 0 : last(bytes, length, rest - 8));
    h1 ^= length;
    h2 ^= length;
    h1 += h2;
    h2 += h1;
    h1 = spread(h1);
    h2 = spread(h2);
    h1 += h2;
    h2 += h1;
    return new long[] {h1, h2};
  }

  /** The last {@code count} bytes, fewer than 8 or all of them, the first one lowest. */
  private static long last(byte[] bytes, int length, int count) {
    if (count == 0) {
      return 0;
    }
    if (length >= 8) {
      return (long) LONG.get(bytes, length - 8) >>> (64 - 8 * count);
    }
    long value = 0;
    for (int at = length - 1; at >= length - count; at--) {
      value = value << 8 | (bytes[at] & 0xff);
    }
    return value;
  }

  private static long mix1(long k1) {
    return Long.rotateLeft(k1 * C1, 31) * C2;
  }

  private static long mix2(long k2) {
    return Long.rotateLeft(k2 * C2, 33) * C1;
  }

  private static long spread(long h) {
    long mixed = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
