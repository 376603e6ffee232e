package dev.hearsay.sim.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Everything that happens, as one hash, and the newest lines of it for people. Two runs with the
 * same hash did the same: every packet with its bytes, every forced write, every fault.
 */
public final class Trace {
  private static final int LINES_MAX = 400;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Deque<String> lines = new ArrayDeque<>();
  private long hash = GOLDEN;
  private long events;

  void add(long nanos, int kind, long some, long other) {
    events++;
    mix(nanos);
    mix(((long) kind << 56) ^ (some << 28) ^ other);
  }

  void add(long nanos, int kind, long some, long other, byte[] bytes) {
    add(nanos, kind, some, other, checksum(bytes));
  }

  /** The same, of bytes with that {@link #checksum}. */
  void add(long nanos, int kind, long some, long other, long checksum) {
    add(nanos, kind, some, other);
    mix(checksum);
  }

  /** What stands for the bytes in the hash. */
  static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (crc.getValue() << 32) ^ bytes.length;
  }

  private void mix(long value) {
    long mixed = (hash ^ value) * 0xBF58476D1CE4E5B9L;
    hash = Long.rotateLeft(mixed ^ (mixed >>> 29), 17) + GOLDEN;
  }

  /** Something that people want to read. */
  void line(long nanos, String text) {
    for (int i = 0; i < text.length(); i++) {
      mix(text.charAt(i));
    }
    add(nanos, 1, text.length(), 0);
    if (lines.size() == LINES_MAX) {
      lines.removeFirst();
    }
    lines.add(String.format(java.util.Locale.ROOT, "%10.3f s  %s", nanos / 1e9, text));
  }

  /** How many things have happened. */
  public long events() {
    return events;
  }

  public long hash() {
    return hash;
  }

  /** The newest lines, oldest first. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
