package dev.hearsay.sim.bench.types;

import com.netopyr.wurmloch.crdt.CrdtCommand;
import com.netopyr.wurmloch.crdt.ORSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * wurmloch-crdt's {@code ORSet}: mutable, with tombstones, replicated by commands. What was made of
 * it is made anew when operations have changed its size by a tenth.
 */
final class WurmlochSet implements SetSubject {

  /** A set walks through all it holds to add one, so a large one is filled from small ones. */
  private static final int CHUNK = 32;

  private final int size;
  private final String[] present;
  private final String[] fresh = Elements.freshProbes();
  private final List<CrdtCommand> changes = new ArrayList<>();
  private @Nullable Filled filled;
  private int operations;
  private int next;

  /** A set and the way into it. */
  record Filled(ORSet<String> set, Wurmloch.Inlet inlet) {}

  WurmlochSet(int size) {
    this.size = size;
    present = Elements.probes(size);
    for (String element : fresh) {
      Wurmloch.set(new Wurmloch.Inlet(), changes::add).add(element);
    }
  }

  static Filled fill(long from, long to) {
    Wurmloch.Inlet inlet = new Wurmloch.Inlet();
    ORSet<String> set = Wurmloch.set(inlet, command -> {});
    for (long start = from; start < to; start += CHUNK) {
      ORSet<String> chunk = Wurmloch.set(new Wurmloch.Inlet(), inlet::apply);
      Elements.forEach(
          start, Math.min(to, start + CHUNK), number -> chunk.add(Elements.element(number)));
    }
    return new Filled(set, inlet);
  }

  @Override
  public void renew() {
    if (filled == null || operations > Math.min(present.length - 1, size / 10)) {
      filled = fill(0, size);
      operations = 0;
    }
    operations++;
    next++;
  }

  private Filled filled() {
    if (filled == null) {
      throw new IllegalStateException("not renewed");
    }
    return filled;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Set<String> elements(Object state) {
    return (Set<String>) state;
  }

  @Override
  public Object add() {
    filled().set().add(fresh[next % fresh.length]);
    return filled().set();
  }

  @Override
  public Object remove() {
    filled().set().remove(present[next % present.length]);
    return filled().set();
  }

  @Override
  public boolean contains() {
    return filled().set().contains(present[next % present.length]);
  }

  @Override
  public Object apply() {
    filled().inlet().apply(changes.get(next % changes.size()));
    return filled().set();
  }
}
