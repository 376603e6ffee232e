package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private record Event(long atNanos, int order) {}

  @Test
  void eventsComeByTimeAndThenInTheOrderOfAdding() {
    SplittableRandom random = new SplittableRandom(1);
    EventQueue queue = new EventQueue();
    List<Event> added = new ArrayList<>();
    List<Event> came = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      Event event = new Event(random.nextInt(300), i);
      added.add(event);
      queue.add(event.atNanos(), () -> came.add(event));
    }
    while (queue.size() > 0) {
      queue.remove().run();
    }
    added.sort(Comparator.comparingLong(Event::atNanos).thenComparingInt(Event::order));
    assertEquals(added, came);
    assertEquals(Long.MAX_VALUE, queue.nextNanos());
    assertThrows(IllegalStateException.class, queue::remove);
  }
}
