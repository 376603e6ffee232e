package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.RejectedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Version vectors, sets of dots, and times, against plain maps and sets. */
class CausalityTest {
  private static final ReplicaId LOW = new ReplicaId(1);
  private static final ReplicaId HIGH = new ReplicaId(-1);

  @Provide
  Arbitrary<Map<ReplicaId, Long>> vectors() {
    return Arbitraries.maps(
            Arbitraries.of(-2L, -1L, 1L, 2L, Long.MIN_VALUE).map(ReplicaId::new),
            Arbitraries.longs().between(1, 300))
        .ofMaxSize(5);
  }

  @Property
  void aVectorIsItsEntries(@ForAll("vectors") Map<ReplicaId, Long> entries) {
    VersionVector vector = VersionVector.of(entries);
    VersionVector oneByOne = VersionVector.EMPTY;
    for (Map.Entry<ReplicaId, Long> entry : entries.entrySet()) {
      oneByOne = oneByOne.with(entry.getKey(), entry.getValue());
    }
    assertEquals(vector, oneByOne);
    assertEquals(vector.hashCode(), oneByOne.hashCode());
    assertEquals(vector.toString(), oneByOne.toString());
    assertEquals(vector, VersionVector.decode(vector.encode()));
    assertEquals(entries.size(), vector.size());
    entries.forEach((replica, counter) -> assertEquals(counter, vector.counter(replica)));
  }

  @Property
  void vectorsAreOrderedAndJoinedByTheirDots(
      @ForAll("vectors") Map<ReplicaId, Long> x, @ForAll("vectors") Map<ReplicaId, Long> y) {
    VersionVector a = VersionVector.of(x);
    VersionVector b = VersionVector.of(y);
    boolean covers =
        y.entrySet().stream().allMatch(e -> x.getOrDefault(e.getKey(), 0L) >= e.getValue());
    assertEquals(covers, a.covers(b));
    Map<ReplicaId, Long> both = new HashMap<>(x);
    y.forEach((replica, counter) -> both.merge(replica, counter, Math::max));
    assertEquals(VersionVector.of(both), a.join(b));
    assertEquals(a.join(b), b.join(a));
    long missing =
        x.entrySet().stream()
            .mapToLong(e -> Math.max(0, e.getValue() - y.getOrDefault(e.getKey(), 0L)))
            .sum();
    assertEquals(missing, a.missingFrom(b));
  }

  @Test
  void theBytesOfAVectorNeverChange() {
    VersionVector vector = VersionVector.of(Map.of(HIGH, 300L, LOW, 1L));
    assertEquals(
        "02000000000000000101ffffffffffffffffac02", HexFormat.of().formatHex(vector.encode()));
    assertEquals("00", HexFormat.of().formatHex(VersionVector.EMPTY.encode()));
  }

  @Test
  void vectorsThatAreNotCanonicalAreRejected() {
    for (String hex :
        List.of(
            "",
            "01",
            "02ffffffffffffffff01000000000000000101", // descending
            "02000000000000000101000000000000000101", // twice
            "01000000000000000100", // a counter of 0
            "01000000000000000180808080808080808001", // beyond 63 bits
            "0000", // more than a vector
            "ffffffff0f")) { // more than could be here
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(RejectedException.class, () -> VersionVector.decode(bytes), hex);
    }
  }

  @Test
  void countersStartAtOne() {
    assertThrows(IllegalArgumentException.class, () -> VersionVector.EMPTY.with(LOW, 0));
    assertThrows(IllegalArgumentException.class, () -> VersionVector.of(Map.of(LOW, 0L)));
    assertThrows(IllegalArgumentException.class, () -> new Dot(LOW, 0));
  }

  @Test
  void replicasAreOrderedAsUnsignedNumbers() {
    assertTrue(LOW.compareTo(HIGH) < 0);
    assertEquals("ffffffffffffffff", HIGH.toString());
  }

  @Provide
  Arbitrary<Set<Dot>> dots() {
    return Combinators.combine(Arbitraries.of(LOW, HIGH), Arbitraries.longs().between(1, 20))
        .as(Dot::new)
        .set()
        .ofMaxSize(25);
  }

  @Property
  void aSetOfDotsIsThoseDots(@ForAll("dots") Set<Dot> dots) {
    DotSet.Builder builder = new DotSet.Builder();
    dots.forEach(dot -> builder.add(dot.replica(), dot.counter()));
    dots.forEach(dot -> builder.add(dot.replica(), dot.counter()));
    DotSet set = builder.build();
    Set<Dot> found = new HashSet<>();
    for (ReplicaId replica : List.of(LOW, HIGH, new ReplicaId(7))) {
      for (long counter = 1; counter <= 25; counter++) {
        if (set.contains(replica, counter)) {
          found.add(new Dot(replica, counter));
        }
      }
    }
    assertEquals(dots, found);
    assertEquals(dots.size(), set.size());
    VersionVector ten = VersionVector.of(Map.of(LOW, 10L, HIGH, 10L));
    assertEquals(dots.stream().allMatch(ten::covers), set.isCoveredBy(ten));
  }

  @Test
  void timesAreMillisecondsAndACount() {
    HybridTime time = HybridTime.ofMillis(1_000);
    assertEquals(1_000, time.millis());
    assertEquals(0, time.count());
    assertEquals(1, time.next().count());
    assertTrue(time.next().compareTo(time) > 0);
    assertEquals(time.next(), HybridTime.max(time, time.next()));
    assertNotEquals(time, time.next());
  }

  @Test
  void aFullCountBorrowsFromTheNextMillisecond() {
    HybridTime last = new HybridTime((1_000L << 16) | 0xffff);
    assertEquals(HybridTime.ofMillis(1_001), last.next());
  }

  @Test
  void timesOutOfRangeAreRefused() {
    assertEquals(HybridTime.ZERO, HybridTime.ofMillis(-5));
    assertThrows(ArithmeticException.class, () -> HybridTime.ofMillis(1L << 47));
    assertThrows(ArithmeticException.class, () -> new HybridTime(Long.MAX_VALUE).next());
    assertThrows(IllegalArgumentException.class, () -> new HybridTime(-1));
  }

  @Test
  void digestsAddAndSubtractWithCarry() {
    Digest a = new Digest(5, -1);
    Digest b = new Digest(7, 2);
    assertEquals(new Digest(13, 1), a.plus(b));
    assertEquals(a, a.plus(b).minus(b));
    assertEquals(Digest.ZERO, a.minus(a));
  }

  @Test
  void whatIsMissingNeverWraps() {
    VersionVector all = VersionVector.of(Map.of(LOW, Long.MAX_VALUE, HIGH, Long.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, all.missingFrom(VersionVector.EMPTY));
    assertEquals(Long.MAX_VALUE, all.missingFrom(VersionVector.EMPTY.with(LOW, 5)));
    assertEquals(0, all.missingFrom(all));
  }
}
