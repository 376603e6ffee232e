package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.SpaceState;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.cluster.ddata.ORSet;
import org.jspecify.annotations.Nullable;

/** Counts bytes in a JVM of its own: {@code heap SYSTEM SIZE} or {@code diff SIZE dense|sparse}. */
public final class Probe {

  private static final int COLLECTIONS = 3;

  /** What must not be collected while the heap is measured. */
  @SuppressWarnings("unused")
  private static volatile @Nullable Object held;

  private Probe() {}

  public static void main(String[] args) {
    switch (args[0]) {
      case "heap" -> {
        Contender contender = Contender.of(args[1]);
        System.out.println(heapBytes(contender, Integer.parseInt(args[2])));
      }
      case "diff" -> {
        Contender contender = Contender.of(args[1]);
        int size = Integer.parseInt(args[2]);
        boolean sparse = args[3].equals("sparse");
        System.out.println(
            contender == Contender.PEKKO
                ? Long.toString(DiffBytes.ofPekkosState(size, sparse))
                : DiffBytes.measure(size, sparse).toLine());
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** What the heap holds more for a set of that many strings. */
  private static long heapBytes(Contender contender, int size) {
    // What a first set leaves behind, like loaded classes and tables, is not the second one's.
    held = set(contender, 1_000);
    held = null;
    long before = used();
    held = set(contender, size);
    return used() - before;
  }

  private static Object set(Contender contender, int size) {
    return switch (contender) {
      case HEARSAY -> Space.add(SpaceState.EMPTY, Space.HERE, 0, size);
      case PEKKO -> PekkoSet.add(ORSet.create(), Pekko.HERE, 0, size);
      case WURMLOCH -> WurmlochSet.fill(0, size);
      case HASH_SET -> {
        Set<String> set = new HashSet<>();
        Elements.forEach(0, size, number -> set.add(Elements.element(number)));
        yield set;
      }
      case HASH_MAP, JSON, CBOR, PROTOBUF ->
          throw new IllegalArgumentException(contender.label() + " has no set");
    };
  }

  private static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
