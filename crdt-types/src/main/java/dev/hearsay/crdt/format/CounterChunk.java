package dev.hearsay.crdt.format;

import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;

/**
 * Some of 65,536 consecutive counters, by their offset. Not empty where it is written.
 *
 * <pre>
 * chunk = n &lt;&lt; 2 | form varint, then by form
 *   0 runs    n × (offsets left out since the run before, length), varints
 *   1 gaps    n × difference from the offset before, varint
 *   2 bitmap  zero bytes left out at the start varint, n bytes, lowest bit first
 * </pre>
 *
 * The form is the one with the fewest bytes; of equals, the lowest.
 */
final class CounterChunk {
  static final int BITS = 16;
  static final int OFFSETS = 1 << BITS;
  static final int MASK = OFFSETS - 1;

  private static final int RUNS = 0;
  private static final int GAPS = 1;
  private static final int BITMAP = 2;

  /** Runs, ascending, with at least one offset left out between any two. Both ends inclusive. */
  private int[] starts = new int[16];

  private int[] ends = new int[16];
  private int runs;

  boolean isEmpty() {
    return runs == 0;
  }

  void clear() {
    runs = 0;
  }

  int first() {
    return starts[0];
  }

  int last() {
    return ends[runs - 1];
  }

  /** Adds the offsets from {@code start} to {@code end}, which are above all that are here. */
  void add(int start, int end) {
    if (runs > 0 && ends[runs - 1] == start - 1) {
      ends[runs - 1] = end;
      return;
    }
    if (runs == starts.length) {
      starts = Arrays.copyOf(starts, runs * 2);
      ends = Arrays.copyOf(ends, runs * 2);
    }
    starts[runs] = start;
    ends[runs++] = end;
  }

  void addTo(CounterSet.Builder counters, long base) {
    for (int run = 0; run < runs; run++) {
      if (starts[run] == ends[run]) {
        counters.add(base + starts[run]);
      } else {
        counters.addRange(base + starts[run], base + ends[run]);
      }
    }
  }

  void write(ByteWriter out) {
    int form = smallestForm();
    out.varint((long) parts(form) << 2 | form);
    switch (form) {
      case RUNS -> writeRuns(out);
      case GAPS -> writeGaps(out);
      default -> out.varint(first() >>> 3).raw(bitmap());
    }
  }

  private void writeRuns(ByteWriter out) {
    int next = 0;
    for (int run = 0; run < runs; run++) {
      out.varint(starts[run] - next).varint(ends[run] - starts[run] + 1);
      next = ends[run] + 1;
    }
  }

  private void writeGaps(ByteWriter out) {
    int last = 0;
    for (int run = 0; run < runs; run++) {
      for (int offset = starts[run]; offset <= ends[run]; offset++) {
        out.varint(offset - last);
        last = offset;
      }
    }
  }

  private byte[] bitmap() {
    int from = first() >>> 3;
    byte[] bits = new byte[parts(BITMAP)];
    for (int run = 0; run < runs; run++) {
      for (int offset = starts[run]; offset <= ends[run]; offset++) {
        bits[(offset >>> 3) - from] |= (byte) (1 << (offset & 7));
      }
    }
    return bits;
  }

  /**
   * Replaces what is here by a chunk that is read.
   *
   * @throws RejectedException {@code MALFORMED} if it is not what {@link #write} writes
   */
  void read(ByteReader in) {
    clear();
    long header = in.varint();
    int form = (int) header & 3;
    long parts = header >>> 2;
    if (parts < 1 || parts > in.remaining() || form > BITMAP) {
      throw RejectedException.malformed("a chunk of " + parts + " parts in form " + form);
    }
    switch (form) {
      case RUNS -> readRuns(in, (int) parts);
      case GAPS -> readGaps(in, (int) parts);
      default -> readBitmap(in, (int) parts);
    }
    if (form != smallestForm() || parts != parts(form)) {
      throw RejectedException.malformed("a chunk of counters in another than its smallest form");
    }
  }

  private void readRuns(ByteReader in, int count) {
    int next = 0;
    for (int run = 0; run < count; run++) {
      int start = next + atMost(in, run == 0 ? 0 : 1, MASK - next);
      next = start + atMost(in, 1, OFFSETS - start);
      add(start, next - 1);
    }
  }

  private void readGaps(ByteReader in, int count) {
    int offset = 0;
    for (int i = 0; i < count; i++) {
      offset += atMost(in, i == 0 ? 0 : 1, MASK - offset);
      add(offset, offset);
    }
  }

  private void readBitmap(ByteReader in, int bytes) {
    int from = atMost(in, 0, MASK >>> 3);
    if (bytes > (OFFSETS >>> 3) - from) {
      throw RejectedException.malformed("a bitmap beyond its chunk");
    }
    for (int at = from; at < from + bytes; at++) {
      int bits = in.u8();
      if (bits == 0 && (at == from || at == from + bytes - 1)) {
        throw RejectedException.malformed("a bitmap that begins or ends with zeros");
      }
      for (; bits != 0; bits &= bits - 1) {
        int offset = at << 3 | Integer.numberOfTrailingZeros(bits);
        add(offset, offset);
      }
    }
  }

  private static int atMost(ByteReader in, int least, int most) {
    long value = in.varint();
    if (value < least || value > most) {
      throw RejectedException.malformed("an offset beyond its chunk");
    }
    return (int) value;
  }

  /** How many runs, gaps or bytes the form takes. */
  private int parts(int form) {
    if (form == RUNS) {
      return runs;
    }
    if (form == BITMAP) {
      return (last() >>> 3) - (first() >>> 3) + 1;
    }
    int offsets = 0;
    for (int run = 0; run < runs; run++) {
      offsets += ends[run] - starts[run] + 1;
    }
    return offsets;
  }

  private int smallestForm() {
    int asRuns = 0;
    int asGaps = 0;
    int last = 0;
    for (int run = 0; run < runs; run++) {
      int length = ends[run] - starts[run] + 1;
      int leftOut = run == 0 ? starts[run] : starts[run] - last - 1;
      asRuns += bytes(leftOut) + bytes(length);
      asGaps += bytes(starts[run] - last) + length - 1;
      last = ends[run];
    }
    asRuns += bytes(parts(RUNS) << 2);
    asGaps += bytes(parts(GAPS) << 2);
    int asBitmap = bytes(parts(BITMAP) << 2) + bytes(first() >>> 3) + parts(BITMAP);
    int least = Math.min(asRuns, Math.min(asGaps, asBitmap));
    return asRuns == least ? RUNS : asGaps == least ? GAPS : BITMAP;
  }

  /** Of a varint of at most 21 bits. */
  private static int bytes(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : 3;
  }
}
