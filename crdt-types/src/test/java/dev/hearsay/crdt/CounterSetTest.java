package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CounterSetTest {
  @Test
  void holdsWhatWasAddedInWhateverOrder() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 300; round++) {
      int range = 1 + random.nextInt(round % 7 == 0 ? 100_000 : 400);
      int count = random.nextInt(2 * range);
      CounterSet.Builder builder = new CounterSet.Builder();
      TreeSet<Long> expected = new TreeSet<>();
      for (int i = 0; i < count; i++) {
        long counter = 1L + random.nextInt(range);
        if (random.nextInt(50) == 0) {
          builder.addRange(counter, counter + 3);
          for (long each = counter; each <= counter + 3; each++) {
            expected.add(each);
          }
        } else {
          builder.add(counter);
          expected.add(counter);
        }
      }
      CounterSet set = builder.build();
      assertArrayEquals(expected.stream().mapToLong(each -> each).toArray(), set.toArray());
      assertEquals(expected.size(), set.size());
      assertEquals(expected.isEmpty() ? 0 : expected.first(), set.lowest());
      assertEquals(expected.isEmpty() ? 0 : expected.last(), set.highest());
      for (long counter = 0; counter <= Math.min(range + 5, 600); counter++) {
        assertEquals(expected.contains(counter), set.contains(counter), "" + counter);
      }
    }
  }

  @Test
  void hasRoomForTheLargestCounters() {
    CounterSet set =
        new CounterSet.Builder()
            .add(Long.MAX_VALUE)
            .add(1)
            .add(Long.MAX_VALUE - 1)
            .add(Long.MAX_VALUE)
            .build();
    assertArrayEquals(new long[] {1, Long.MAX_VALUE - 1, Long.MAX_VALUE}, set.toArray());
    assertTrue(set.contains(Long.MAX_VALUE));
    assertFalse(set.contains(2));
    assertFalse(CounterSet.EMPTY.contains(0));
    assertFalse(CounterSet.EMPTY.contains(1));
  }
}
