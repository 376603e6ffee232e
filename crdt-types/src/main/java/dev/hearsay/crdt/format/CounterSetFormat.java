package dev.hearsay.crdt.format;

import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;

/**
 * The bytes of a set of counters: chunks of 65,536, each in the form that takes the fewest bytes.
 * Our own and not the library's, which does not say what it does with bytes from strangers: here
 * one set has one encoding, and what is read is in proportion to the bytes it is read from. Drawn
 * in {@code docs/format.md}.
 *
 * <pre>
 * set   = chunks varint, chunk…
 * chunk = chunks left out since the one before, {@link CounterChunk}
 * </pre>
 */
final class CounterSetFormat {
  private CounterSetFormat() {}

  static void write(ByteWriter out, CounterSet counters) {
    ByteWriter chunks = new ByteWriter();
    Chunks writer = new Chunks(chunks);
    counters.forEach(writer::add);
    writer.flush();
    out.varint(writer.count).raw(chunks);
  }

  /**
   * Reads counters from 1 to {@code highest}, both inclusive.
   *
   * @throws RejectedException {@code MALFORMED} if there are others, or it is not canonical
   */
  static CounterSet read(ByteReader in, long highest) {
    int count = in.count(3, "chunks of counters");
    if (count == 0) {
      return CounterSet.EMPTY;
    }
    CounterSet.Builder counters = new CounterSet.Builder();
    CounterChunk chunk = new CounterChunk();
    long number = -1;
    for (int i = 0; i < count; i++) {
      long leftOut = in.varint();
      if (leftOut < 0 || leftOut > (highest >>> CounterChunk.BITS) - number - 1) {
        throw RejectedException.malformed("a chunk of counters beyond " + highest);
      }
      number += leftOut + 1;
      chunk.read(in);
      long start = number << CounterChunk.BITS;
      if (start + chunk.first() < 1 || start + chunk.last() > highest) {
        throw RejectedException.malformed("a counter that is not between 1 and " + highest);
      }
      chunk.addTo(counters, start);
    }
    return counters.build();
  }

  /** Cuts ascending counters into chunks. */
  private static final class Chunks {
    private final ByteWriter out;
    private final CounterChunk chunk = new CounterChunk();
    private long number = -1;
    private long written = -1;
    private int count;

    Chunks(ByteWriter out) {
      this.out = out;
    }

    void add(long counter) {
      long chunkNumber = counter >>> CounterChunk.BITS;
      if (chunkNumber != number) {
        flush();
        number = chunkNumber;
      }
      int offset = (int) counter & CounterChunk.MASK;
      chunk.add(offset, offset);
    }

    void flush() {
      if (!chunk.isEmpty()) {
        out.varint(number - written - 1);
        chunk.write(out);
        chunk.clear();
        written = number;
        count++;
      }
    }
  }
}
