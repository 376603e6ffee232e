package dev.hearsay.crdt.format;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;

/**
 * A column of unsigned numbers whose count the reader knows: equal neighbours cost nothing each
 * (the hybrid of run lengths and plain numbers that Parquet and ORC use). One column has one
 * encoding: four or more equal neighbours are always a run, and pieces are as long as can be.
 *
 * <pre>
 * column = piece… until the count is reached
 * piece  = length &lt;&lt; 1 varint,     length × number varint     plain
 *        | length &lt;&lt; 1 | 1 varint, number varint              a run
 * </pre>
 */
final class Column {
  private static final int RUN_MIN = 4;

  private Column() {}

  static void write(ByteWriter out, long[] numbers) {
    int plainFrom = 0;
    int at = 0;
    while (at < numbers.length) {
      int end = at + 1;
      while (end < numbers.length && numbers[end] == numbers[at]) {
        end++;
      }
      if (end - at >= RUN_MIN) {
        writePlain(out, numbers, plainFrom, at);
        out.varint((long) (end - at) << 1 | 1).varint(numbers[at]);
        plainFrom = end;
      }
      at = end;
    }
    writePlain(out, numbers, plainFrom, numbers.length);
  }

  private static void writePlain(ByteWriter out, long[] numbers, int from, int to) {
    if (to > from) {
      out.varint((long) (to - from) << 1);
      for (int i = from; i < to; i++) {
        out.varint(numbers[i]);
      }
    }
  }

  /**
   * Reads {@code count} numbers. The caller has made sure that so many can be meant.
   *
   * @throws RejectedException {@code MALFORMED} if it is not what {@link #write} writes
   */
  static long[] read(ByteReader in, int count) {
    long[] numbers = new long[count];
    int at = 0;
    boolean afterPlain = false;
    while (at < count) {
      long header = in.varint();
      boolean run = (header & 1) == 1;
      long length = header >>> 1;
      if (length < (run ? RUN_MIN : 1) || length > count - at || (afterPlain && !run)) {
        throw RejectedException.malformed("a piece of " + length + " numbers in a column");
      }
      int end = at + (int) length;
      if (run) {
        readRun(in, numbers, at, end);
      } else {
        readPlain(in, numbers, at, end);
      }
      at = end;
      afterPlain = !run;
    }
    return numbers;
  }

  private static void readRun(ByteReader in, long[] numbers, int from, int to) {
    long number = in.varint();
    if (from > 0 && numbers[from - 1] == number) {
      throw RejectedException.malformed("a run in a column that began earlier");
    }
    Arrays.fill(numbers, from, to, number);
  }

  private static void readPlain(ByteReader in, long[] numbers, int from, int to) {
    int equal = 1;
    for (int i = from; i < to; i++) {
      numbers[i] = in.varint();
      equal = i > 0 && numbers[i] == numbers[i - 1] ? equal + 1 : 1;
      if (equal == RUN_MIN || (i == from && equal > 1)) {
        throw RejectedException.malformed("a run in a column that is written out");
      }
    }
  }
}
