package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.space.StateSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a watcher gets that the test lets run when it likes. */
class WatchersTest {
  private final List<Runnable> due = new ArrayList<>();
  private final Watchers watchers = new Watchers(due::add);
  private final List<SpaceChange> seen = new ArrayList<>();

  private static SpaceChange change(int number, String author, boolean local) {
    return new SpaceChange(
        "s",
        author,
        Instant.ofEpochMilli(number),
        local,
        List.of("f" + number),
        number % 2 == 0 ? List.of("f" + number) : List.of(),
        new StateSnapshot(SpaceState.EMPTY));
  }

  private static List<SpaceChange> changes(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> change(i, "a" + i / 10_500, true)).toList();
  }

  private void run() {
    while (!due.isEmpty()) {
      due.remove(0).run();
    }
  }

  @Test
  void allAreToldInOrder() {
    watchers.add(seen::add);
    List<SpaceChange> all = changes(0, 1_000);
    watchers.audience().tell(all.subList(0, 700));
    all.subList(700, 1_000).forEach(watchers.audience()::tell);
    assertEquals(1, due.size(), "one task drains them all");
    run();
    assertEquals(all, seen);
  }

  @Test
  void whatDoesNotFitIsMergedIntoTheLast() {
    watchers.add(seen::add);
    List<SpaceChange> all = changes(0, Watchers.WAITING_MAX + 1_000);
    watchers.audience().tell(all);
    watchers.audience().tell(change(99_999, "a1", /* local= */ false));
    run();
    int single = Watchers.WAITING_MAX - 1;
    assertEquals(all.subList(0, single), seen.subList(0, single));
    assertEquals(Watchers.WAITING_MAX, seen.size());
    SpaceChange merged = seen.get(single);
    assertEquals(1_002, merged.fields().size());
    assertEquals(500, merged.contested().size());
    assertEquals("", merged.author(), "of two authors none is named");
    assertEquals(false, merged.local());
    assertEquals(Instant.ofEpochMilli(99_999), merged.time());
  }

  @Test
  void onceThereIsRoomChangesAreToldOneByOneAgain() {
    List<Integer> sizes = new ArrayList<>();
    watchers.add(
        change -> {
          sizes.add(change.fields().size());
          if (sizes.size() == Watchers.WAITING_MAX) {
            watchers.audience().tell(changes(50_000, 50_003));
          }
        });
    watchers.audience().tell(changes(0, Watchers.WAITING_MAX + 5));
    run();
    assertEquals(Watchers.WAITING_MAX + 3, sizes.size());
    assertEquals(6, sizes.get(Watchers.WAITING_MAX - 1));
    assertEquals(List.of(1, 1, 1), sizes.subList(Watchers.WAITING_MAX, sizes.size()));
  }

  @Test
  void aWatchThatClosesItselfIsToldNoMore() {
    Watch[] watch = new Watch[1];
    watch[0] =
        watchers.add(
            change -> {
              seen.add(change);
              if (seen.size() == 2) {
                watch[0].close();
              }
            });
    List<SpaceChange> all = changes(0, 600);
    watchers.audience().tell(all);
    run();
    assertEquals(all.subList(0, 2), seen);
  }
}
