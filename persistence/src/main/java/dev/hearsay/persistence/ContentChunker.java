package dev.hearsay.persistence;

import java.io.IOException;

/**
 * Cuts a stream into chunks where its content says so, so that an insertion or a removal moves no
 * boundary but those beside it: FastCDC (Xia et al., USENIX ATC 2016) with a gear hash, cut-point
 * skipping and normalised chunking. One buffer of {@link #CHUNK_BYTES_MAX}. Not thread-safe.
 *
 * <p>Where it cuts is no part of the format: readers follow the manifest.
 */
final class ContentChunker {
  static final int CHUNK_BYTES_MIN = 8 << 10;
  static final int CHUNK_BYTES_NORMAL = 32 << 10;
  static final int CHUNK_BYTES_MAX = 128 << 10;

  private static final int STEP_BYTES = 16 << 10;
  private static final int NORMAL_BITS = 15;

  // Two bits more before the normal size and two fewer after it keep most chunks near it. The
  // hash's high bits depend on 64 bytes each, its low ones on few.
  private static final long MASK_BEFORE = -1L << (64 - (NORMAL_BITS + 2));
  private static final long MASK_AFTER = -1L << (64 - (NORMAL_BITS - 2));
  private static final long[] GEAR = gear();

  /** Takes the chunks in their order; the bytes are valid during the call. */
  interface Sink {
    void chunk(byte[] buffer, int length) throws IOException;
  }

  private final Sink sink;
  private final byte[] buffer = new byte[CHUNK_BYTES_MAX];
  private int filled;
  private int scanned;
  private long hash;

  ContentChunker(Sink sink) {
    this.sink = sink;
  }

  void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int end = from + length;
    while (at < end) {
      int step = Math.min(Math.min(STEP_BYTES, CHUNK_BYTES_MAX - filled), end - at);
      System.arraycopy(bytes, at, buffer, filled, step);
      filled += step;
      at += step;
      for (int cut = cut(); cut > 0; cut = cut()) {
        sink.chunk(buffer, cut);
        System.arraycopy(buffer, cut, buffer, 0, filled - cut);
        filled -= cut;
        scanned = 0;
        hash = 0;
      }
    }
  }

  /** Hands on what is left; the next byte begins a new stream. */
  void end() throws IOException {
    if (filled > 0) {
      sink.chunk(buffer, filled);
    }
    filled = 0;
    scanned = 0;
    hash = 0;
  }

  /** Where the chunk at the start of the buffer ends, 0 if that is not known yet. */
  private int cut() {
    int at = Math.max(scanned, CHUNK_BYTES_MIN);
    long gear = hash;
    for (; at < filled; at++) {
      gear = (gear << 1) + GEAR[buffer[at] & 0xff];
      if ((gear & (at < CHUNK_BYTES_NORMAL ? MASK_BEFORE : MASK_AFTER)) == 0) {
        return at + 1;
      }
    }
    scanned = Math.max(scanned, filled);
    hash = gear;
    return filled == CHUNK_BYTES_MAX ? filled : 0;
  }

  /** 256 fixed random numbers (SplitMix64, Steele et al. 2014). */
  private static long[] gear() {
    long[] table = new long[256];
    long state = 0x68656172736179L;
    for (int i = 0; i < table.length; i++) {
      state += 0x9e3779b97f4a7c15L;
      long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      table[i] = mixed ^ (mixed >>> 31);
    }
    return table;
  }
}
