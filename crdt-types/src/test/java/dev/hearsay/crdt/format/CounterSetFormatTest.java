package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CounterSetFormatTest {
  private static final HexFormat HEX = HexFormat.of();

  /** A stretch of counters, of which each is in with some chance. */
  record Stretch(long first, int length, double density, long seed) {
    void addTo(SortedSet<Long> counters) {
      Random random = new Random(seed);
      for (long counter = first; counter < first + length; counter++) {
        if (random.nextDouble() < density) {
          counters.add(counter);
        }
      }
    }
  }

  @Provide
  Arbitrary<SortedSet<Long>> counters() {
    Arbitrary<Long> first =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 200_000),
            Arbitraries.longs().between((1L << 32) - 70_000, (1L << 32) + 70_000),
            Arbitraries.longs().between(1, Long.MAX_VALUE - 100_000));
    Arbitrary<Double> density = Arbitraries.of(0.0005, 0.02, 0.1, 0.3, 0.5, 0.9, 0.999, 1.0);
    return Combinators.combine(
            first, Arbitraries.integers().between(1, 80_000), density, Arbitraries.longs())
        .as(Stretch::new)
        .list()
        .ofMaxSize(3)
        .map(
            stretches -> {
              SortedSet<Long> counters = new TreeSet<>();
              stretches.forEach(stretch -> stretch.addTo(counters));
              return counters;
            });
  }

  @Property(tries = 300)
  void whatIsReadIsWhatWasWritten(@ForAll("counters") SortedSet<Long> counters) {
    CounterSet written = of(counters);
    byte[] bytes = write(written);
    CounterSet read = read(bytes, Long.MAX_VALUE);
    long[] expected = counters.stream().mapToLong(c -> c).toArray();
    assertArrayEquals(expected, written.toArray());
    assertArrayEquals(expected, read.toArray());
    assertEquals(expected.length, read.size());
    assertEquals(expected.length == 0 ? 0 : counters.last(), read.highest());
    assertArrayEquals(bytes, write(read));
    for (long counter : expected) {
      assertTrue(read.contains(counter));
      assertEquals(counters.contains(counter + 1), read.contains(counter + 1));
      assertEquals(counters.contains(counter - 1), read.contains(counter - 1));
    }
    if (!counters.isEmpty()) {
      assertThrows(RejectedException.class, () -> read(bytes, counters.last() - 1));
      assertEquals(expected.length, read(bytes, counters.last()).size());
    }
  }

  @Property(tries = 200)
  void aSetTakesNoMoreThanABitACounterAndTwoBytesAnElement(
      @ForAll("counters") SortedSet<Long> counters) {
    int bytes = write(of(counters)).length;
    long chunks = counters.stream().map(c -> c >>> 16).distinct().count();
    assertTrue(bytes <= 10 + 14 * chunks + 3L * counters.size());
    assertTrue(bytes <= 10 + 14 * chunks + 8192 * chunks);
  }

  @Test
  void theOrderOfAddingDoesNotMatter() {
    long[] shuffled = {70_000, 3, 1, 65_536, 2, 65_535};
    CounterSet.Builder builder = new CounterSet.Builder();
    LongStream.of(shuffled).forEach(builder::add);
    assertArrayEquals(LongStream.of(shuffled).sorted().toArray(), builder.build().toArray());
  }

  @Test
  void theBytesNeverChange() {
    assertEquals("00", hex(CounterSet.EMPTY));
    assertEquals("01" + "00" + "04" + "01" + "05", hex(range(1, 5)));
    assertEquals("01" + "00" + "0d" + "016364", hex(of(List.of(1L, 100L, 200L))));
    assertEquals(
        "01" + "00" + "0a" + "01" + "aa2a", hex(of(List.of(9L, 11L, 13L, 15L, 17L, 19L, 21L))));
    assertEquals("01" + "01" + "04" + "00" + "808004", hex(range(65_536, 131_071)));
    assertEquals("01" + "808010" + "05" + "00", hex(of(List.of(1L << 34))));
  }

  @Test
  void aMillionInOnePieceTakeAHundredBytes() {
    assertTrue(write(range(1, 1_000_000)).length < 100);
  }

  @Test
  void halfOfAMillionAtRandomTakeABitForEachOfTheMillion() {
    Random random = new Random(7);
    CounterSet.Builder builder = new CounterSet.Builder();
    for (long counter = 1; counter <= 1_000_000; counter++) {
      if (random.nextBoolean()) {
        builder.add(counter);
      }
    }
    int bytes = write(builder.build()).length;
    assertTrue(bytes < 125_200, bytes + " bytes");
  }

  @Test
  void whatIsNotCanonicalIsRejected() {
    for (String hex :
        List.of(
            "", // nothing
            "01000000", // a chunk without parts
            "0100040000", // a run without length
            "0100040001", // counter 0
            "010004018080" + "04", // a run beyond its chunk
            "01000801010001", // two runs that are one
            "0100040101", // a run where a gap is shorter
            "01000d010002", // the same offset twice
            "01000a0000aa", // a bitmap that begins with zeros
            "01000a00aa00", // a bitmap that ends with zeros
            "010012ff3f01010101", // a bitmap beyond its chunk
            "01000701", // no such form
            "0100" + "0c" + "010101010101", // runs where gaps are shorter
            "0100" + "11" + "01010101", // gaps where a run is shorter
            "01ffffffffffffff7f" + "040101", // beyond what it may hold
            "01ffffffffffffffffff01" + "040101")) {
      byte[] bytes = HEX.parseHex(hex);
      assertThrows(RejectedException.class, () -> read(bytes, 1L << 40), hex);
    }
  }

  @Test
  void everyChangedByteIsRejectedOrAnotherSet() {
    CounterSet.Builder builder = new CounterSet.Builder().addRange(1, 300).addRange(65_536, 90_000);
    for (long counter = 131_100; counter < 132_000; counter += 1 + counter % 3) {
      builder.add(counter);
    }
    for (long counter = 200_000; counter < 260_000; counter += 300 + counter % 99) {
      builder.add(counter);
    }
    byte[] bytes = write(builder.build());
    int rejected = 0;
    for (int at = 0; at < bytes.length; at++) {
      for (int flip = 1; flip < 256; flip++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) flip;
        boolean usable =
            Damage.rejectedOrUsable(
                changed, forged -> assertArrayEquals(forged, write(read(forged, 1L << 40))));
        rejected += usable ? 0 : 1;
      }
    }
    assertFalse(rejected == 0);
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = java.util.Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> read(prefix, 1L << 40));
    }
  }

  private static CounterSet of(Iterable<Long> counters) {
    CounterSet.Builder builder = new CounterSet.Builder();
    counters.forEach(builder::add);
    return builder.build();
  }

  private static CounterSet range(long first, long last) {
    return new CounterSet.Builder().addRange(first, last).build();
  }

  private static byte[] write(CounterSet counters) {
    ByteWriter out = new ByteWriter();
    CounterSetFormat.write(out, counters);
    return out.toByteArray();
  }

  private static String hex(CounterSet counters) {
    return HEX.formatHex(write(counters));
  }

  private static CounterSet read(byte[] bytes, long highest) {
    ByteReader in = new ByteReader(bytes);
    CounterSet counters = CounterSetFormat.read(in, highest);
    in.end();
    return counters;
  }
}
