package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Readers of a virtual space who wait until it shows something. */
final class Readers {
  private record Reader(VersionVector frontier, Consumer<SpaceState> reached) {}

  private final List<Reader> readers = new ArrayList<>();

  /** Tells the reader as soon as all of that is shown; forget it with the result. */
  Runnable await(SpaceState shown, VersionVector frontier, Consumer<SpaceState> reached) {
    if (shown.frontier().covers(frontier)) {
      reached.accept(shown);
      return () -> {};
    }
    Reader reader = new Reader(frontier, reached);
    readers.add(reader);
    return () -> readers.remove(reader);
  }

  /** Tells those who have waited for what is shown now. */
  void tell(SpaceState shown) {
    List<Reader> reached = new ArrayList<>();
    Iterator<Reader> each = readers.iterator();
    while (each.hasNext()) {
      Reader reader = each.next();
      if (shown.frontier().covers(reader.frontier())) {
        each.remove();
        reached.add(reader);
      }
    }
    reached.forEach(reader -> reader.reached().accept(shown));
  }

  /** Nobody waits any more. */
  void clear() {
    readers.clear();
  }
}
