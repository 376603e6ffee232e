package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A past is what a version vector of the same entries is. */
class PastTest {
  /** Ids that fill the tree evenly, or crowd below one branch of it. */
  private static ReplicaId any(Random random, int spread) {
    long id = random.nextInt(600);
    return new ReplicaId(
        switch (spread) {
          case 0 -> id * 0x9E3779B97F4A7C15L;
          case 1 -> id;
          case 2 -> -1 - id;
          default -> id << 61 | id;
        });
  }

  private static VersionVector vector(Random random, int spread, int most) {
    Map<ReplicaId, Long> entries = new TreeMap<>();
    for (int i = random.nextInt(most); i > 0; i--) {
      entries.put(any(random, spread), 1L + random.nextInt(9));
    }
    return VersionVector.of(entries);
  }

  @Property(tries = 1_000)
  void itHasTheEntriesOfTheVector(@ForAll long seed, @ForAll @IntRange(max = 3) int spread) {
    Random random = new Random(seed);
    VersionVector vector = vector(random, spread, 500);
    Past past = Past.of(vector);
    for (int i = 0; i < 30; i++) {
      ReplicaId replica = any(random, spread);
      long counter = 1L + random.nextInt(9);
      if (random.nextBoolean()) {
        VersionVector more = vector(random, spread, 1 + random.nextInt(100));
        vector = vector.join(more);
        past = past.join(more);
      } else {
        vector = vector.with(replica, counter);
        past = past.with(replica, counter);
      }
      assertEquals(vector.counter(replica), past.counter(replica));
      assertEquals(vector.covers(replica, counter), past.covers(replica, counter));
    }
    assertEquals(vector, past.toVector());
    assertEquals(vector.size(), past.size());
    assertEquals(Past.of(vector), past);
    assertEquals(Past.of(vector).hashCode(), past.hashCode());
    VersionVector frontier = vector.join(vector(random, spread, 200));
    assertEquals(frontier.beyond(vector), past.beyond(frontier, new ReplicaId(77_777)));
  }

  @Property(tries = 1_000)
  void differencesLeadFromOneToTheOther(@ForAll long seed, @ForAll @IntRange(max = 3) int spread) {
    Random random = new Random(seed);
    VersionVector common = vector(random, spread, 500);
    Past some = Past.of(common.join(vector(random, spread, 40)));
    Past other =
        random.nextBoolean()
            ? Past.of(vector(random, spread, 500))
            : Past.of(common.meet(some.toVector())).join(vector(random, spread, 40));
    List<Long> ids = new ArrayList<>();
    List<Long> counters = new ArrayList<>();
    some.forEachDifference(
        other,
        (replica, counter) -> {
          ids.add(replica.value());
          counters.add(counter);
          assertNotEquals(counter, other.counter(replica));
        });
    Past edited = other.edited(numbers(ids), numbers(counters));
    assertEquals(some, edited);
    assertEquals(some.toVector(), edited.toVector());
    assertEquals(ids.isEmpty(), some.equals(other));
    Past shared = some.sharing(other);
    assertEquals(some, shared);
    assertEquals(some.toVector(), shared.toVector());
  }

  private static long[] numbers(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  @Test
  void equalOnesAreOne() {
    VersionVector vector = vector(new Random(5), 0, 500);
    Past past = Past.of(vector);
    List<Integer> differences = new ArrayList<>();
    Past shared = Past.of(vector).sharing(past);
    shared.forEachDifference(past, (replica, counter) -> differences.add(1));
    assertEquals(List.of(), differences);
    assertSame(past, past.edited(new long[0], new long[0]));
    assertSame(past, past.with(vector.replicaAt(3), 1));
  }
}
